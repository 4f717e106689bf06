package dev.podtrain.pod;

import dev.podtrain.base.ProblemException;
import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.Endpoint;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.Json;
import dev.podtrain.http.JsonBody;
import dev.podtrain.http.JsonException;
import java.util.Optional;

/**
 * What only RunPod's older GraphQL API tells: the account's money. That API ends in early 2027, so its absence is no
 * failure of ours.
 */
public final class AccountApi {
    private final HttpApi graphql;

    /** @param graphql its base is the whole address, {@code https://api.runpod.io/graphql}; its limits should be brief */
    public AccountApi(HttpApi graphql) {
        this.graphql = graphql;
    }

    /** The account's balance; empty if it cannot be had, for whatever reason. */
    public Optional<Balance> balance() throws InterruptedException {
        try {
            return Optional.of(graphql.call(new GetBalance()));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    /**
     * What last changed a pod's status, in the provider's words such as {@code Exited by User: …}; empty if it cannot be
     * had. REST has nothing like it (RunPod's own command line reads it here, 2026).
     */
    public Optional<String> lastStatusChange(PodId pod) throws InterruptedException {
        try {
            return Optional.of(graphql.call(new GetLastStatusChange(pod)));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    private record GetLastStatusChange(PodId pod) implements Endpoint<String> {
        @Override
        public ApiRequest request() {
            // An id is letters, digits and hyphens.
            return ApiRequest.post(JsonBody.of(body ->
                    body.text("query", "query { pod(input: {podId: \"" + pod.value() + "\"}) { lastStatusChange } }")));
        }

        @Override
        public String action() {
            return "read what happened to pod " + pod;
        }

        /** A query: it is sent with POST but changes nothing. */
        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public String read(Json body) {
            if (body.find("errors").isPresent()) {
                throw new JsonException("it holds errors");
            }
            return body.member("data").member("pod").member("lastStatusChange").text();
        }
    }

    record GetBalance() implements Endpoint<Balance> {
        @Override
        public ApiRequest request() {
            return ApiRequest.post(JsonBody.of(
                    body -> body.text("query", "query { myself { clientBalance currentSpendPerHr spendLimit } }")));
        }

        @Override
        public String action() {
            return "read the account's balance";
        }

        /** A query: it is sent with POST but changes nothing. */
        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public Balance read(Json body) {
            // Refusals come with status 200.
            if (body.find("errors").isPresent()) {
                throw new JsonException("it holds errors");
            }
            Json myself = body.member("data").member("myself");
            return new Balance(
                    myself.member("clientBalance").decimal(),
                    myself.member("currentSpendPerHr").decimal(),
                    myself.find("spendLimit").map(Json::decimal).orElse(null));
        }
    }
}
