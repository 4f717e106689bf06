package dev.podtrain.ssh;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Collects what a command prints without growing for ever. Written by the connection's thread and read, after the
 * command's end, by the caller's.
 */
final class BoundedOutput extends OutputStream {
    private final int limit;
    private final boolean keepEnd;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean overflowed;

    private BoundedOutput(int limit, boolean keepEnd) {
        this.limit = limit;
        this.keepEnd = keepEnd;
    }

    /** Keeps the first bytes and notes that there were more. */
    static BoundedOutput ofFirst(int limit) {
        return new BoundedOutput(limit, false);
    }

    /** Keeps at least the last bytes: an error message ends with what matters. */
    static BoundedOutput ofLast(int limit) {
        return new BoundedOutput(limit, true);
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) {
        int taken = keepEnd ? length : Math.min(length, limit - bytes.size());
        bytes.write(source, offset, taken);
        overflowed |= taken < length;
        if (keepEnd && bytes.size() > 2 * limit) {
            trim();
        }
    }

    private void trim() {
        byte[] all = bytes.toByteArray();
        bytes.reset();
        bytes.write(all, all.length - limit, limit);
    }

    synchronized boolean overflowed() {
        return overflowed;
    }

    synchronized String text() {
        if (keepEnd && bytes.size() > limit) {
            trim();
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
