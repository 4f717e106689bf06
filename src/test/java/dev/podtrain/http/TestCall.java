package dev.podtrain.http;

import java.util.Optional;

/** A call that reads the member {@code word}; 409 and a lost answer are results of it. */
record TestCall(ApiRequest request, boolean repeatable) implements Endpoint<String> {
    static TestCall read() {
        return new TestCall(ApiRequest.get("thing"), true);
    }

    static TestCall buy() {
        return new TestCall(ApiRequest.post("{\"a\":1}", "thing"), false);
    }

    @Override
    public String action() {
        return repeatable ? "read the thing" : "buy the thing";
    }

    @Override
    public String read(Json body) {
        return body.member("word").text();
    }

    @Override
    public Optional<String> refused(ApiError error) {
        return error.status() == 409 ? Optional.of("refused: " + error.detail()) : Optional.empty();
    }

    @Override
    public Optional<String> lost(String reason) {
        return Optional.of("lost: " + reason);
    }

    @Override
    public String left() {
        return "the thing is where it was";
    }
}
