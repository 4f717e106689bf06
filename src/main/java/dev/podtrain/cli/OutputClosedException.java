package dev.podtrain.cli;

import java.io.IOException;

/** Nobody reads standard output any more, for example because {@code head} has seen enough. */
final class OutputClosedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super("standard output is closed", cause);
    }
}
