package dev.podtrain.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The script of this package, which runs on the host as it is. */
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
