package dev.podtrain.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The scripts of this package, which run on the host as they are. */
final class Resources {
    private Resources() {}

    static byte[] bytes(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
