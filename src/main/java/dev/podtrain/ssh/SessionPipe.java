package dev.podtrain.ssh;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Time;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A script that runs in a session beside other commands. */
final class SessionPipe implements DataPipe {
    private static final int BUFFER = 64 * 1024;
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final RemoteProcess process;
    private final WritableByteChannel toHost;
    private final InputStream fromHost;
    private final Time time;

    SessionPipe(RemoteProcess process, Time time) {
        this.process = process;
        this.toHost = Channels.newChannel(process.stdin());
        this.fromHost = new BufferedInputStream(process.stdout(), BUFFER);
        this.time = time;
    }

    @Override
    public WritableByteChannel toHost() {
        return toHost;
    }

    @Override
    public void flush() throws IOException {
        process.stdin().flush();
    }

    @Override
    public InputStream fromHost() {
        return fromHost;
    }

    @Override
    public SshException failure(IOException e) throws InterruptedException {
        try {
            int status = process.waitFor(Deadline.in(time, END_LIMIT)).orElse(0);
            String words = status == 0 ? "" : new String(process.stderr().readAllBytes(), StandardCharsets.UTF_8);
            if (status != 0) {
                return ScriptEnd.failure(status, words, e);
            }
        } catch (SshException known) {
            return known;
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
        }
        return process.failure(e);
    }

    @Override
    public void close() {
        process.close();
    }
}
