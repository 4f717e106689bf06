package dev.podtrain.data;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.DataPipesSource;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SessionSource;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshEndpoint;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshTarget;
import dev.podtrain.ssh.SshdFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A host to transfer to and from: a real SSH server on this machine, and connections to it. */
final class Host implements AutoCloseable {
    private final SshdFixture sshd;
    private final SshClient ssh = new MinaClient(new SystemTime());
    private Path home;
    private int port;

    Host(Path home, String... configuration) throws Exception {
        this.home = home;
        this.sshd = SshdFixture.start(Files.createDirectories(home.resolve("sshd")), configuration);
        this.port = sshd.port();
    }

    /** From now on its files are in another folder. */
    void moveTo(Path otherHome) {
        home = otherHome;
    }

    SshdFixture sshd() {
        return sshd;
    }

    /** Sends further connections through something else that listens here. */
    void through(int otherPort) {
        port = otherPort;
    }

    /** Connects whenever asked. */
    SessionSource sessions() {
        return new SessionSource() {
            private @Nullable SshSession open;

            @Override
            public Optional<SshSession> next(Optional<SshException> lastFailure) throws InterruptedException {
                try {
                    SshSession session = open;
                    if (session == null || !session.isOpen() || lastFailure.isPresent()) {
                        SshTarget target = sshd.target(port);
                        session = ssh.connect(target, Deadline.in(new SystemTime(), Duration.ofSeconds(60)));
                        open = session;
                    }
                    return Optional.of(session);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    /** Connects once, and then says that there is nobody any more: the program was ended in mid-transfer. */
    SessionSource onlyOnce() {
        SessionSource sessions = sessions();
        return failure -> failure.isPresent() ? Optional.empty() : sessions.next(failure);
    }

    DataTransfer transferOnce(String sshProgram) {
        return new DataTransfer(DataPipesSource.over(onlyOnce(), sshProgram, new SystemTime()), new SystemTime());
    }

    /** To the host's address with its key, without a session. */
    DataTransfer directTransfer() throws InterruptedException {
        SshEndpoint endpoint = sessions().next(Optional.empty()).orElseThrow().endpoint();
        return new DataTransfer(
                failure -> Optional.of(DataPipes.to(endpoint, sshd.folder(), "ssh", new SystemTime())),
                new SystemTime());
    }

    DataTransfer transfer() {
        return transfer("ssh");
    }

    DataTransfer transfer(String sshProgram) {
        return new DataTransfer(DataPipesSource.over(sessions(), sshProgram, new SystemTime()), new SystemTime());
    }

    /** A folder on the host. */
    Path folder() {
        return home.resolve("host/data");
    }

    UploadRequest upload(String... sources) {
        return new UploadRequest(
                List.of(sources).stream().map(Source::of).toList(),
                folder().toString(),
                false,
                false,
                false,
                home.resolve("hashes"));
    }

    DownloadRequest download(Path to, String... sources) {
        return new DownloadRequest(
                List.of(sources).stream().map(Source::of).toList(), to, false, home.resolve("hashes"));
    }

    TransferReport send(String... sources) throws InterruptedException {
        return transfer().upload(upload(sources), new Listener()).orElseThrow();
    }

    @Override
    public void close() {
        ssh.close();
        sshd.close();
    }
}
