package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.SystemTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class OrdinaryUserIT {
    private static final String USER = "nobody";

    @Test
    void ordinaryUsersPodIsLoggedInToAsRootAndEndsLikeAnyOther() throws Exception {
        Assumptions.assumeTrue(Sandbox.currentUserId() == 0, "only root can become another user");
        Assumptions.assumeTrue(
                as(USER, List.of("bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"))
                                .status()
                        == 0,
                "this system gives ordinary users no user namespaces");
        Path home = Files.createTempDirectory("ordinary");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path stateDir = Files.createDirectories(home.resolve("local"));
        give(stateDir);
        Path key = Machine.makeKey(home);
        Process server = new ProcessBuilder(serve(home, stateDir))
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("server.log").toFile())
                .start();
        try {
            LocalEndpoint endpoint = await(stateDir, server, home);
            ApiClient api = ApiClient.of(endpoint);
            String pod =
                    api.post("/v2/pods", """
                            {"name":"p","image":"i","disk":9,"ports":["22/tcp"],"env":{"PUBLIC_KEY":"%s"},
                             "gpu":{"id":"NVIDIA L4","count":1},
                             "mounts":{"network":[{"volumeId":"local","path":"/workspace"}]}}
                            """.formatted(Machine.publicHalf(key))).text("/id");
            Machine.await("SSH", () -> ControlClient.details(endpoint, pod)
                    .path("bootMillis")
                    .isNumber());
            int port = api.get("/v2/pods/" + pod).json().at("/ssh/direct/port").asInt();

            Machine.Output login = Machine.ssh(
                    key,
                    port,
                    "id -un; tmux new-session -d -s train 'sleep 1000' && tmux has-session -t train; "
                            + "echo hello > /workspace/file; script -qc 'tty' /dev/null | cut -c1-8; nvidia-smi -L | wc -l");

            assertThat(login.text().replace("\r", "")).isEqualTo("root\n/dev/pts\n1\n");
            assertThat(stateDir.resolve("volumes/local/file")).hasContent("hello\n");
            assertThat(Files.getOwner(stateDir.resolve("volumes/local/file")).getName())
                    .isEqualTo(USER);
            assertThat(api.post("/v2/pods/" + pod + "/action", "{\"action\":\"stop\"}")
                            .text("/status"))
                    .isEqualTo("EXITED");
            assertThat(Machine.processesWith(pod)).isEmpty();
        } finally {
            server.descendants().forEach(ProcessHandle::destroyForcibly);
            server.destroyForcibly().waitFor();
            StateDir.delete(home);
        }
    }

    private static Machine.Output as(String user, List<String> command) {
        return Machine.run(asCommand(user, command));
    }

    private static List<String> asCommand(String user, List<String> command) {
        List<String> whole =
                new java.util.ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=nogroup", "--clear-groups"));
        whole.addAll(command);
        return whole;
    }

    /** Classes and libraries are copied: an ordinary user may not be able to read the build's folders. */
    private static List<String> serve(Path home, Path stateDir) throws IOException {
        Path libraries = Files.createDirectories(home.resolve("lib"));
        StringBuilder classPath = new StringBuilder();
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            Path copy = libraries.resolve(number++ + "-" + Path.of(entry).getFileName());
            Machine.Output copied = Machine.run(List.of("cp", "-r", entry, copy.toString()));
            if (copied.status() == 0) {
                classPath.append(copy).append(':');
            }
        }
        return asCommand(
                USER,
                List.of(
                        "env",
                        "-i",
                        "PATH=/usr/bin:/bin",
                        "HOME=" + home,
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        classPath.toString(),
                        ServeMain.class.getName(),
                        "--state-dir",
                        stateDir.toString()));
    }

    private static void give(Path folder) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        view.setOwner(folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
    }

    private static LocalEndpoint await(Path stateDir, Process server, Path home)
            throws IOException, InterruptedException {
        EndpointFile file = new EndpointFile(stateDir.resolve("endpoint.json"));
        Deadline deadline = Deadline.in(new SystemTime(), Duration.ofMinutes(2));
        Optional<LocalEndpoint> endpoint = file.read();
        while (endpoint.isEmpty()) {
            assertThat(server.isAlive() && !deadline.hasPassed())
                    .as(Files.readString(home.resolve("server.log")))
                    .isTrue();
            deadline.pause(Duration.ofMillis(20));
            endpoint = file.read();
        }
        return endpoint.get();
    }
}
