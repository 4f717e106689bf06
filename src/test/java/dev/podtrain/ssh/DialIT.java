package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.base.SystemTime;
import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connection that {@code ssh} is given for a quick login. */
@Timeout(60)
final class DialIT {
    /** Takes the socket over as ssh does, says how it is set up, and lets go of it. */
    private static final String TAKE_OVER = """
            import array, socket, subprocess, sys
            ours, theirs = socket.socketpair()
            dial = subprocess.Popen([sys.executable, "-I", "-S"] + sys.argv[1:], stdout=theirs)
            theirs.close()
            content, (given,), _, _ = ours.recvmsg(1, socket.CMSG_LEN(4))
            connection = socket.socket(fileno=array.array("i", given[2])[0])
            connection.sendall(b"hello")
            print(dial.wait(), connection.gettimeout(), connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void needThePython() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: no /usr/bin/python3");
    }

    @Test
    void handsOverAConnectionThatSendsAtOnceAndKeepsNothing() throws Exception {
        Path dial = Files.writeString(folder.resolve("dial.py"), Resources.text("dial.py"));
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process client = new ProcessBuilder(
                            "/usr/bin/python3",
                            "-c",
                            TAKE_OVER,
                            dial.toString(),
                            "127.0.0.1",
                            "" + server.getLocalPort())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (Socket accepted = server.accept();
                    BufferedReader said = client.inputReader(StandardCharsets.US_ASCII)) {
                assertThat(said.readLine()).isEqualTo("0 None 1");
                assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }

    @Test
    void refusedConnectionIsSaidInOneLine() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        SshdFixture.makeKey(folder.resolve("key"));
        String hostKey = Files.readString(folder.resolve("key.pub")).strip();
        SshEndpoint endpoint = new SshEndpoint("127.0.0.1", port, "root", folder.resolve("key"), hostKey);
        DataPipes pipes = DataPipes.to(endpoint, folder, "ssh", new SystemTime());

        assertThatThrownBy(() -> pipes.open("hello.py", new byte[0], List.of()))
                .isInstanceOfSatisfying(
                        SshException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessage("the connection broke: connect to host 127.0.0.1 port " + port + ": Connection refused");
    }
}
