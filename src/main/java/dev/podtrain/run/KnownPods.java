package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.ssh.SshEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * Where a run's pod was last reached, and with which host key. It spares asking the provider: whoever answers there has to
 * show the same key, or is not talked to. Losing it costs a second; it holds no secret.
 */
public final class KnownPods {
    private static final int LINES = 5;

    private final RunStore store;
    private final Path privateKey;
    private final RunState run;

    /** @param privateKey that the pod lets in */
    public KnownPods(RunStore store, Path privateKey, RunState run) {
        this.store = store;
        this.privateKey = privateKey;
        this.run = run;
    }

    /** The run's own, which only its owner can enter. */
    Path folder() {
        return store.directory(run.id());
    }

    private Path file() {
        return folder().resolve("known-pod");
    }

    /** Of the run's current pod, if it was reached before and is not known to have ended. */
    Optional<SshEndpoint> find() {
        Optional<String> pod = run.current().filter(Attempt::mayBeBilled).flatMap(Attempt::podId);
        try {
            List<String> lines = Files.readAllLines(file());
            if (lines.size() != LINES || !pod.equals(Optional.of(lines.get(0)))) {
                return Optional.empty();
            }
            return Optional.of(new SshEndpoint(
                    lines.get(1), Integer.parseInt(lines.get(2)), lines.get(3), privateKey, lines.get(4)));
        } catch (IOException | NumberFormatException e) {
            // Not there yet, or torn: the provider knows.
            return Optional.empty();
        }
    }

    /** From now on it is found there, until the run has another pod. */
    public void remember(String pod, SshEndpoint endpoint) throws IOException {
        Path temporary = file().resolveSibling("known-pod.tmp");
        Files.write(
                temporary, List.of(pod, endpoint.host(), "" + endpoint.port(), endpoint.user(), endpoint.hostKey()));
        Files.move(temporary, file(), StandardCopyOption.ATOMIC_MOVE);
    }
}
