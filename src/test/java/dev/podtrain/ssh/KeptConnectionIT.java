package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connection that a command leaves behind for those that follow. */
@Timeout(60)
final class KeptConnectionIT {
    private static final SystemTime TIME = new SystemTime();
    private static final byte[] GREET_AND_ECHO =
            "print('{}', flush=True); sys.stdout.write(sys.stdin.readline())".getBytes(StandardCharsets.US_ASCII);

    private SshdFixture server;
    private ChaosProxy proxy;
    private SshEndpoint endpoint;
    private Path kept;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = SshdFixture.start(Files.createDirectories(folder.resolve("server")));
        proxy = new ChaosProxy(server.port());
        String hostKey = Files.readString(server.folder().resolve("host_key.pub"));
        endpoint = new SshEndpoint(
                "127.0.0.1",
                proxy.port(),
                System.getProperty("user.name"),
                server.privateKey(),
                withoutComment(hostKey));
        kept = Files.createDirectories(folder.resolve("kept"));
    }

    @AfterEach
    void endEveryConnection() throws IOException {
        proxy.close();
        server.close();
    }

    private static String withoutComment(String publicKey) {
        return String.join(" ", List.of(publicKey.split(" ", -1)).subList(0, 2));
    }

    /** One command: sends a word there and back. */
    private void command() throws Exception {
        command(DataPipes.to(endpoint, kept, "ssh", TIME));
    }

    private static void command(DataPipes pipes) throws Exception {
        try (DataPipe pipe = pipes.openShort("echo.py", GREET_AND_ECHO, List.of())) {
            pipe.toHost().write(ByteBuffer.wrap("word\n".getBytes(StandardCharsets.US_ASCII)));
            pipe.flush();
            assertThat(pipe.fromHost().readNBytes(5)).asString().isEqualTo("word\n");
        }
    }

    private long logins() throws IOException {
        return server.log().lines().filter(line -> line.startsWith("Accepted ")).count();
    }

    private Path socket() throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(kept)) {
            return entries.iterator().next();
        }
    }

    @Test
    void laterCommandSparesTheLogin() throws Exception {
        command();
        command();
        command();

        assertThat(logins()).isEqualTo(1);
    }

    @Test
    void connectionThatBrokeIsReplaced() throws Exception {
        command();
        Path socket = socket();
        proxy.cut();
        Deadline deadline = Deadline.in(TIME, Duration.ofSeconds(30));
        while (Files.exists(socket) && !deadline.hasPassed()) {
            deadline.pause(Duration.ofMillis(10));
        }

        command();

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void connectionThatWasKilledIsReplaced() throws Exception {
        command();
        String running = SshdFixture.run("ssh", "-O", "check", "-S", socket().toString(), "host");
        long keeper = Long.parseLong(running.replaceAll("[^0-9]", ""));
        ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
        ProcessHandle.of(keeper).ifPresent(process -> process.onExit().join());

        command();

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void hostThatNowHasAnotherKeyIsNotTalkedTo() throws Exception {
        command();
        Path otherKey = server.folder().resolve("user_key.pub");
        endpoint = new SshEndpoint(
                endpoint.host(),
                endpoint.port(),
                endpoint.user(),
                endpoint.privateKey(),
                withoutComment(Files.readString(otherKey)));

        assertThatThrownBy(this::command)
                .isInstanceOf(SshException.class)
                .hasMessageContaining("Host key verification failed");
    }

    @Test
    void folderWhoseNameIsTooLongForASocketCostsTheLoginOnly() throws Exception {
        kept = Files.createDirectories(kept.resolve("a".repeat(100)));

        command();
        command();

        assertThat(logins()).isEqualTo(2);
    }

    @Test
    void connectionForMuchDataIsOneOfItsOwn() throws Exception {
        DataPipes pipes = DataPipes.to(endpoint, kept, "ssh", TIME);
        command(pipes);

        pipes.open("echo.py", GREET_AND_ECHO, List.of()).close();

        assertThat(logins()).isEqualTo(2);
    }
}
