package dev.podtrain.run;

import java.util.function.Supplier;

/** What has to be done although the user wants to go: ending what is billed. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Does it with the thread's interrupt put aside, and restores that afterwards. A second interrupt ends it. */
    static <T> T get(Supplier<T> action) {
        boolean interrupted = Thread.interrupted();
        try {
            return action.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
