package dev.podtrain.ssh;

/** Lets simulated connections fail as real ones do. */
public final class SimulatedFailure {
    private SimulatedFailure() {}

    public static SshException of(SshException.Kind kind, String message) {
        return new SshException(kind, message);
    }
}
