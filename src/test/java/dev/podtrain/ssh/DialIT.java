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
            import array, fcntl, socket, subprocess, sys
            ours, theirs = socket.socketpair()
            dial = subprocess.Popen([sys.executable, "-I", "-S"] + sys.argv[1:], stdout=theirs)
            theirs.close()
            content, (given,), _, _ = ours.recvmsg(1, socket.CMSG_LEN(4))
            connection = socket.socket(fileno=array.array("i", given[2])[0])
            connection.sendall(b"hello")
            print(dial.wait(), connection.gettimeout(), connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            get_pipe_size = 1032
            print(fcntl.fcntl(0, get_pipe_size), fcntl.fcntl(1, get_pipe_size))
            """;

    @TempDir
    Path folder;

    @BeforeEach
    void needThePython() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: no /usr/bin/python3");
    }

    private Process takeOver(ServerSocket server) throws Exception {
        Path dial = Files.writeString(folder.resolve("dial.py"), Resources.text("dial.py"));
        return new ProcessBuilder(
                        "/usr/bin/python3", "-c", TAKE_OVER, dial.toString(), "127.0.0.1", "" + server.getLocalPort())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void handsOverAConnectionThatSendsAtOnceAndKeepsNothing() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process client = takeOver(server);
            try (Socket accepted = server.accept();
                    BufferedReader said = client.inputReader(StandardCharsets.US_ASCII)) {
                assertThat(said.readLine()).isEqualTo("0 None 1");
                assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("hello");
            }
        }
    }

    @Test
    void lengthensThePipesOfTheOneItConnectsFor() throws Exception {
        // In one piece: such a file is at its end for who reads on.
        try (BufferedReader file = Files.newBufferedReader(Path.of("/proc/sys/fs/pipe-max-size"))) {
            int longest = Integer.parseInt(file.readLine());
            assumeTrue(longest >= 1024 * 1024, "skipped: this system allows only shorter pipes");
        }
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process client = takeOver(server);
            server.accept();
            try (BufferedReader said = client.inputReader(StandardCharsets.US_ASCII)) {
                said.readLine();

                assertThat(said.readLine()).isEqualTo("1048576 1048576");
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
