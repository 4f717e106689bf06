package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.SshException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/** {@code tail} or {@code follow_file.py} on the run's log: the bytes from an offset on, in pieces of any size. */
final class SimLogProcess extends InputStream implements RemoteProcess {
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final Duration MISSING = Duration.ofSeconds(2);

    private final SimWorld world;
    private final SimVolume volume;
    private final SimClient client;
    private final SimSession session;
    private final SimPod pod;
    private final boolean follows;
    private final long opened;
    private long offset;
    private int exitStatus = -1;
    private String message = "";

    SimLogProcess(
            SimWorld world,
            SimVolume volume,
            SimClient client,
            SimSession session,
            SimPod pod,
            long offset,
            boolean follows) {
        this.world = world;
        this.volume = volume;
        this.client = client;
        this.session = session;
        this.pod = pod;
        this.offset = offset;
        this.follows = follows;
        this.opened = world.nanos();
    }

    @Override
    public int read() {
        throw new AssertionError("nobody reads a log byte by byte");
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
        while (exitStatus < 0) {
            client.enter("ssh read");
            if (client.isInterrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            if (world.trouble(0.1)) {
                session.cut();
            }
            if (session.isBroken()) {
                world.pass(Duration.ofSeconds(world.below(6)));
                client.leave("ssh read");
                return -1;
            }
            int there = volume.log.size() - (int) offset;
            if (there > 0) {
                int n = Math.min(Math.min(length, there), world.chance(0.3) ? 1 + world.below(40) : there);
                volume.log.copy((int) offset, into, at, n);
                offset += n;
                client.leave("ssh read");
                return n;
            }
            decide(there);
            client.leave("ssh read");
        }
        return -1;
    }

    /** Nothing to read now: ends, or waits for more. */
    private void decide(int there) {
        if (!volume.log.exists) {
            if (!follows) {
                exitStatus = 1;
            } else if (world.nanos() - opened >= MISSING.toNanos()) {
                exitStatus = 3;
            } else {
                world.passToNextEvent(MISSING);
            }
        } else if (!follows) {
            exitStatus = 0;
        } else if (there < 0) {
            exitStatus = 4;
            message = Integer.toString(volume.log.size());
        } else if (!volume.trainsHere(pod)) {
            exitStatus = 0;
        } else {
            world.passToNextEvent(LOOK);
        }
    }

    @Override
    public OutputStream stdin() {
        return OutputStream.nullOutputStream();
    }

    @Override
    public InputStream stdout() {
        return this;
    }

    @Override
    public InputStream stderr() {
        return new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public OptionalInt waitFor(Deadline limit) throws SshException {
        if (exitStatus < 0 || session.isBroken()) {
            throw session.lost();
        }
        return OptionalInt.of(exitStatus);
    }

    @Override
    public SshException failure(IOException e) throws InterruptedException {
        if (e instanceof InterruptedIOException) {
            throw new InterruptedException("interrupted");
        }
        return session.lost();
    }

    @Override
    public void close() {}
}
