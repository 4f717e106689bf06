package dev.podtrain.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pod's log as server-sent events: it has no end, may be cut off in mid-line, and may begin with lines that were sent
 * before.
 */
final class SimLogStream extends InputStream {
    private final SimWorld world;
    private final SimClient client;
    private final SimPod pod;
    private final String source;
    private final Duration quiet;
    private final long end;
    private int next;
    private byte[] ready = new byte[0];
    private int position;
    private boolean cut;

    SimLogStream(
            SimWorld world,
            SimClient client,
            SimPod pod,
            String source,
            @Nullable String lastEventId,
            Duration quiet,
            Duration limit) {
        this.world = world;
        this.client = client;
        this.pod = pod;
        this.source = source;
        this.quiet = quiet;
        this.end = world.nanos() + limit.toNanos();
        this.next = lastEventId == null ? 0 : Integer.parseInt(lastEventId.substring(lastEventId.indexOf('/') + 1)) + 1;
        if (next > 0 && world.trouble(1)) {
            world.count("api: log lines repeated");
            next = world.below(next);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (position == ready.length && !fill()) {
            return -1;
        }
        int n = Math.min(length, ready.length - position);
        System.arraycopy(ready, position, into, offset, n);
        position += n;
        return n;
    }

    /** The next events, waited for; false at the stream's end. */
    private boolean fill() throws IOException {
        client.enter("log line");
        long silence = world.nanos() + quiet.toNanos();
        StringBuilder text = new StringBuilder();
        while (text.isEmpty()) {
            if (cut) {
                return false;
            }
            if (client.isInterrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            }
            for (; next < pod.log.size(); next++) {
                SimPod.Line line = pod.log.get(next);
                if (line.source().equals(source)) {
                    String at = line.at().truncatedTo(ChronoUnit.SECONDS).toString();
                    text.append("id: %s/%012d\ndata: {\"ts\":\"%s\",\"source\":\"%s\",\"line\":\"%s\"}\n\n"
                            .formatted(at, next, at, source, line.text()));
                }
            }
            if (!text.isEmpty()) {
                break;
            }
            long until = Math.min(silence, end);
            if (world.nanos() >= until) {
                throw world.nanos() >= end
                        ? new InterruptedIOException("timeout")
                        : new SocketTimeoutException("timeout");
            }
            world.passToNextEvent(Duration.ofNanos(until - world.nanos()));
        }
        ready = text.toString().getBytes(StandardCharsets.UTF_8);
        position = 0;
        if (world.trouble(0.3)) {
            world.count("api: log cut off");
            cut = true;
            ready = java.util.Arrays.copyOf(ready, world.below(ready.length));
        }
        client.leave("log line");
        return ready.length > 0 || !cut;
    }
}
