package dev.podtrain.pod;

import dev.podtrain.http.ApiError;
import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.Endpoint;
import dev.podtrain.http.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The calls about pods, one record each. */
final class PodCalls {
    private static final String VERSION = "v2";
    private static final String PODS = "pods";

    private PodCalls() {}

    record CreatePod(PodSpec spec) implements Endpoint<CreateOutcome> {
        @Override
        public ApiRequest request() {
            return ApiRequest.post(PodJson.create(spec), VERSION, PODS);
        }

        @Override
        public String action() {
            return "create pod '" + spec.name() + "'";
        }

        /** A second one would be a second pod. */
        @Override
        public boolean repeatable() {
            return false;
        }

        @Override
        public CreateOutcome read(Json body) {
            return new CreateOutcome.Created(PodJson.pod(body));
        }

        @Override
        public Optional<CreateOutcome> refused(ApiError error) {
            return switch (error.status()) {
                case 400 ->
                    Optional.of(
                            CapacityWords.areIn(error.detail())
                                    ? new CreateOutcome.NoCapacity(error.detail())
                                    : new CreateOutcome.Refused(400, error.detail()));
                case 404, 429 -> Optional.of(new CreateOutcome.Refused(error.status(), error.detail()));
                // A page of somebody in between would refuse every candidate alike.
                case 403 ->
                    error.problemDocument()
                            ? Optional.of(new CreateOutcome.Refused(403, error.detail()))
                            : Optional.empty();
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<CreateOutcome> lost(String reason) {
            return Optional.of(new CreateOutcome.AnswerLost(reason));
        }

        @Override
        public String left() {
            return "nothing was rented by this request";
        }
    }

    record GetPod(PodId id) implements Endpoint<Optional<Pod>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.get(VERSION, PODS, id.value());
        }

        @Override
        public String action() {
            return "read pod " + id;
        }

        @Override
        public Optional<Pod> read(Json body) {
            return Optional.of(PodJson.pod(body));
        }

        @Override
        public Optional<Optional<Pod>> refused(ApiError error) {
            return gone(error);
        }
    }

    /** @param cursor null for the first page */
    record ListPods(@Nullable String cursor) implements Endpoint<PodPage> {
        @Override
        public ApiRequest request() {
            ApiRequest first = ApiRequest.get(VERSION, PODS);
            return cursor == null ? first : first.with("cursor", cursor);
        }

        @Override
        public String action() {
            return "list the pods";
        }

        @Override
        public PodPage read(Json body) {
            List<Pod> pods = body.member("pods").items(PodJson::pod);
            Optional<Json> pagination = body.find("pagination");
            if (pagination.isEmpty() || !pagination.get().member("hasNextPage").bool()) {
                return new PodPage(pods, null);
            }
            return new PodPage(pods, pagination.get().member("nextCursor").text());
        }
    }

    /** @param nextCursor null on the last page, which is also the only one of servers without paging */
    record PodPage(List<Pod> pods, @Nullable String nextCursor) {}

    record UpdatePod(PodId id, PodUpdate update) implements Endpoint<Optional<Pod>> {
        @Override
        public ApiRequest request() {
            return ApiRequest.patch(PodJson.update(update), VERSION, PODS, id.value());
        }

        @Override
        public String action() {
            return "change pod " + id;
        }

        /** Every part is replaced as a whole. */
        @Override
        public boolean repeatable() {
            return true;
        }

        @Override
        public Optional<Pod> read(Json body) {
            return Optional.of(PodJson.pod(body));
        }

        @Override
        public Optional<Optional<Pod>> refused(ApiError error) {
            return gone(error);
        }

        @Override
        public String left() {
            return "pod " + id + " is as it was, or has the new variables";
        }
    }

    record StartPod(PodId id) implements Endpoint<StartAnswer> {
        @Override
        public ApiRequest request() {
            return ApiRequest.post(PodJson.action("start"), VERSION, PODS, id.value(), "action");
        }

        @Override
        public String action() {
            return "start pod " + id;
        }

        /** It costs money: after a lost answer the pod's status is read before anything is sent again. */
        @Override
        public boolean repeatable() {
            return false;
        }

        @Override
        public StartAnswer read(Json body) {
            return new StartAnswer.Decided(new StartOutcome.Started(PodJson.pod(body)));
        }

        @Override
        public Optional<StartAnswer> refused(ApiError error) {
            return switch (error.status()) {
                case 400 -> Optional.of(new StartAnswer.Decided(new StartOutcome.Refused(error.detail())));
                case 404 -> Optional.of(new StartAnswer.Decided(new StartOutcome.Gone()));
                case 409, 429 -> Optional.of(new StartAnswer.Undecided(error.text()));
                default -> Optional.empty();
            };
        }

        @Override
        public Optional<StartAnswer> lost(String reason) {
            return Optional.of(new StartAnswer.Undecided(reason));
        }

        @Override
        public String left() {
            return "pod " + id + " is as it was";
        }
    }

    sealed interface StartAnswer {
        record Decided(StartOutcome outcome) implements StartAnswer {}

        /** The pod's status says whether it was started. */
        record Undecided(String reason) implements StartAnswer {}
    }

    record StopPod(PodId id) implements Endpoint<StopAnswer> {
        @Override
        public ApiRequest request() {
            return ApiRequest.post(PodJson.action("stop"), VERSION, PODS, id.value(), "action");
        }

        @Override
        public String action() {
            return "stop pod " + id;
        }

        @Override
        public boolean repeatable() {
            return true;
        }

        /** The body is the pod, which nobody needs: a stop must not fail because it reads oddly. */
        @Override
        public StopAnswer read(Json body) {
            return StopAnswer.ACCEPTED;
        }

        @Override
        public Optional<StopAnswer> refused(ApiError error) {
            return switch (error.status()) {
                case 404 -> Optional.of(StopAnswer.UNKNOWN_POD);
                case 409 -> Optional.of(StopAnswer.WRONG_STATUS);
                default -> Optional.empty();
            };
        }

        @Override
        public String left() {
            return stillBilled(id);
        }
    }

    enum StopAnswer {
        ACCEPTED,
        WRONG_STATUS,
        UNKNOWN_POD
    }

    /** True if the provider accepted it, false if it knows no such pod. */
    record TerminatePod(PodId id) implements Endpoint<Boolean> {
        @Override
        public ApiRequest request() {
            return ApiRequest.delete(VERSION, PODS, id.value());
        }

        @Override
        public String action() {
            return "terminate pod " + id;
        }

        @Override
        public Boolean read(Json body) {
            return true;
        }

        @Override
        public Optional<Boolean> refused(ApiError error) {
            return error.status() == 404 ? Optional.of(false) : Optional.empty();
        }

        @Override
        public String left() {
            return stillBilled(id);
        }
    }

    static ApiRequest log(PodId id, LogSource source, int tail) {
        return ApiRequest.get(VERSION, PODS, id.value(), "logs")
                .with("source", source.wireName())
                .with("tail", String.valueOf(tail));
    }

    static String stillBilled(PodId id) {
        return "pod " + id + " may still be running and billed; it can be stopped in the provider's console";
    }

    private static Optional<Optional<Pod>> gone(ApiError error) {
        return error.status() == 404 ? Optional.of(Optional.empty()) : Optional.empty();
    }
}
