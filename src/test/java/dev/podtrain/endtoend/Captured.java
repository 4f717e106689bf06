package dev.podtrain.endtoend;

import dev.podtrain.run.FileOperations.CommandOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a command on a pod printed, and how it ended. */
final class Captured implements CommandOutput {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Nullable
    Integer status;

    @Override
    public void stdout(byte[] bytes, int length) {
        out.write(bytes, 0, length);
    }

    @Override
    public void stderr(byte[] bytes, int length) {
        err.write(bytes, 0, length);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void report(String message) {}

    @Override
    public void warn(String message) {}
}
