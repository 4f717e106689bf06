package dev.podtrain;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where the program keeps what it knows: {@code $XDG_STATE_HOME/pod-train}, or {@code ~/.local/state/pod-train} (XDG base
 * directory specification 0.8).
 */
record StateDirectory(Path path) {
    static StateDirectory of(Map<String, String> environment) {
        String stateHome = environment.getOrDefault("XDG_STATE_HOME", "");
        // The specification says to ignore a relative path.
        Path base = stateHome.startsWith("/")
                ? Path.of(stateHome)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".local", "state");
        return new StateDirectory(base.resolve("pod-train"));
    }

    /** A Python environment that the user may have made for TensorBoard. */
    Path tensorboard() {
        return path.resolve("tensorboard");
    }

    Path local() {
        return path.resolve("local");
    }
}
