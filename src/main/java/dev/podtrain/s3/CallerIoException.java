package dev.podtrain.s3;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The caller's own source or sink failed, which no repeated request can mend. */
final class CallerIoException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    CallerIoException(IOException reason) {
        super(reason);
    }
}
