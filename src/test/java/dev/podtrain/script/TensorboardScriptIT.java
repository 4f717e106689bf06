package dev.podtrain.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.podtrain.script.PodFixture.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What {@code tensorboard.sh} does around a stand-in for TensorBoard, which answers with the folder it shows. */
@Isolated("a TensorBoard in a pod of another test would take the first port")
@Timeout(180)
class TensorboardScriptIT {
    private static final String STAND_IN = """
            import argparse, http.server
            parser = argparse.ArgumentParser()
            for name in ("--host", "--port", "--logdir"):
                parser.add_argument(name)
            options = parser.parse_args()

            class Shown(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(options.logdir.encode())

            http.server.HTTPServer((options.host, int(options.port)), Shown).serve_forever()
            """;

    private PodFixture pod;

    @BeforeEach
    void bootPod(@TempDir Path root) throws IOException {
        pod = PodFixture.in(root);
        PodFixture.write(root.resolve("packages/tensorboard/__init__.py"), "");
        PodFixture.write(
                root.resolve("packages/tensorboard/main.py"), "if __name__ == '__main__':\n" + STAND_IN.indent(4));
        pod.environment("PYTHONPATH", root.resolve("packages").toString());
        pod.upload();
        Files.write(pod.runDir.resolve("bin/tensorboard.sh"), PodScripts.tensorboardScript());
    }

    @AfterEach
    void endPod() {
        pod.close();
    }

    private Result tensorboard(String... arguments) {
        var command = new ArrayList<>(
                List.of("bash", pod.runDir.resolve("bin/tensorboard.sh").toString()));
        command.addAll(List.of(arguments));
        return pod.execute(command.toArray(String[]::new));
    }

    private static int port(Result result) {
        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        String last = result.out().lines().reduce("", (earlier, later) -> later);
        assertThat(last).startsWith("PORT=");
        return Integer.parseInt(last.substring("PORT=".length()));
    }

    private static String shownOn(int port) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void startsItOnAPortThatIsFreeAndRemembersIt() throws Exception {
        try (ServerSocket taken = someoneOnTheFirstPort()) {
            int port = port(tensorboard("start", "/a folder"));

            assertThat(port).isBetween(6007, 6105);
            assertThat(shownOn(port)).isEqualTo("/a folder");
            assertThat(port(tensorboard("status"))).isEqualTo(port);
            assertThat(pod.read("tensorboard")).endsWith("\n" + port + "\n/a folder\n");
            assertThat(taken.isBound()).isTrue();
        }
    }

    /** Another program of this machine may have it already. */
    private static ServerSocket someoneOnTheFirstPort() throws IOException {
        try {
            return new ServerSocket(6006, 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            return new ServerSocket(0);
        }
    }

    @Test
    void secondStartFindsTheFirst() {
        int first = port(tensorboard("start", "/x"));
        String owner = pod.read("tensorboard");

        int second = port(tensorboard("start", "/x"));

        assertThat(second).isEqualTo(first);
        assertThat(pod.read("tensorboard")).isEqualTo(owner);
    }

    @Test
    void folderWithoutEventFilesIsMentioned() {
        Path folder = pod.project.resolve("out");
        assertThat(tensorboard("start", folder.toString()).out())
                .contains("warning: there are no event files in " + folder + " yet\n");

        PodFixture.write(folder.resolve("runs/events.out.tfevents.1.x"), "");

        assertThat(tensorboard("start", folder.toString()).out()).doesNotContain("warning");
    }

    @Test
    void twoStartsAtOnceMakeOne() throws Exception {
        String script = pod.runDir.resolve("bin/tensorboard.sh").toString();
        Process one = pod.begin("bash", script, "start", "/x");
        Process other = pod.begin("bash", script, "start", "/x");

        assertThat(port(PodFixture.finish(one))).isEqualTo(port(PodFixture.finish(other)));
    }

    @Test
    void anotherFolderReplacesWhatIsShown() throws Exception {
        port(tensorboard("start", "/one"));

        Result result = tensorboard("start", "/other");

        assertThat(result.out()).contains("showing /other instead of /one");
        assertThat(shownOn(port(result))).isEqualTo("/other");
    }

    @Test
    void oneThatDiedIsStartedAgain() {
        port(tensorboard("start", "/x"));
        pod.execute("tmux", "kill-session", "-t", "=tb");

        assertThat(port(tensorboard("start", "/x"))).isPositive();
    }

    @Test
    void serverOfTmuxThatIsJustEndingIsNoFailure() {
        String tmux = pod.execute("sh", "-c", "command -v tmux").out().strip();
        pod.stub(
                "tmux",
                "if [ $1 = new-session ] && mkdir \"$0.tried\" 2>/dev/null; then exit 1; fi; exec " + tmux + " \"$@\"");

        assertThat(port(tensorboard("start", "/x"))).isPositive();
    }

    @Test
    void sessionOfThatNameThatIsNotOursIsLeftAlone() {
        pod.execute("tmux", "new-session", "-d", "-s", "tb", "sleep", "60");

        Result result = tensorboard("start", "/x");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("belongs to somebody else");
        assertThat(pod.execute("tmux", "has-session", "-t", "=tb").exitCode()).isZero();
    }

    @Test
    void failureShowsWhatWasSaidLast() throws IOException {
        pod.environment("PYTHONPATH", "").stub("python", """
                case $* in
                *import_module*) exit 0 ;;
                *tensorboard.main*) echo 'ModuleNotFoundError: no luck' >&2; exit 9 ;;
                esac
                exec %s "$@"
                """.formatted(PodFixture.PYTHON));

        Result result = tensorboard("start", "/x");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out() + result.err()).contains("no luck", "TensorBoard ended with exit code 9");
    }

    @Test
    void packageThatIsMissingIsInstalledWithoutChangingWhatIsThere() {
        // The stand-in for pip writes down how it is called, and installs the stand-in for the package.
        pod.environment("PYTHONPATH", "").stub("python", """
                case $* in
                *ensurepip*) exit 0 ;;
                '-m venv'*) mkdir -p "$4/bin"; cp "$0" "$4/bin/python" ;;
                *'pip list'*) printf 'torch==2.8.0+cu128\\nodd==1.0ubuntu1\\n' ;;
                *'pip install'*) echo "pip $*"; shift 5; echo "constraints: $(cat "$2")"; touch "${0%/*}/installed" ;;
                *import_module*) [ -e "${0%/*}/installed" ] ;;
                *) exec REAL "$@" ;;
                esac
                """.replace("REAL", PodFixture.PYTHON));

        Result result = pod.train("provide", "tensorboard", "tensorboard.main");

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out())
                .contains("installing tensorboard into " + pod.workspace + "/.pod-train/venv/")
                .contains("constraints: torch==2.8.0+cu128\n")
                .contains(" tensorboard\n")
                .endsWith("/bin/python\n");
    }

    @Test
    void oneThatWasStartedByHandIsFoundOnItsUsualPort() throws IOException {
        assumeTrue(isFree(6006), "skipped: another program of this machine has port 6006");
        Result before = tensorboard("status");
        Process byHand = pod.begin(PodFixture.PYTHON, "-m", "http.server", "6006", "--bind", "127.0.0.1");
        // Not by trying to listen there: for that moment it would find its port taken.
        Eventually.holds(() -> "it answers", () -> answers(6006));

        Result after = tensorboard("status");
        byHand.destroyForcibly();

        assertThat(before).isEqualTo(new Result(3, "", ""));
        assertThat(port(after)).isEqualTo(6006);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
