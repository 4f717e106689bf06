package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.contract.OpenApiContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Holds every answer of a local cloud, and every request that the program or a pod's own scripts send to it, against the
 * provider's description, where that is at hand. Requests of tests are theirs to break.
 */
final class ContractJudge implements RestWitness {
    private final Optional<OpenApiContract> contract;
    private final List<String> violations = new CopyOnWriteArrayList<>();

    ContractJudge() {
        try {
            contract = OpenApiContract.load();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void saw(Call call) {
        contract.ifPresent(judge -> {
            List<String> asked =
                    isOurs(call) ? judge.requestViolations(call.method(), call.target(), call.body()) : List.of();
            List<String> answered = isDescribed(call)
                    ? judge.responseViolations(
                            call.method(), call.target(), call.status(), call.contentType(), call.answer())
                    : List.of();
            Stream.of(asked, answered)
                    .flatMap(List::stream)
                    .forEach(violation -> violations.add(violation + " in " + call));
        });
    }

    private static boolean isOurs(Call call) {
        return call.agent().startsWith("pod-train/") || call.agent().matches("pod-train-(guard|preflight)");
    }

    /** The description knows no routes but its own, and no pod without a GPU, although a start may give one. */
    private static boolean isDescribed(Call call) {
        return call.status() != 404 && call.status() != 405 && !call.answer().contains("\"count\":0");
    }

    /** Fails if anything did not fit. */
    void check() {
        assertThat(violations).isEmpty();
    }
}
