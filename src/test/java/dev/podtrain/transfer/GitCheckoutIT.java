package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.base.SystemTime;
import dev.podtrain.ssh.MinaClient;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshdFixture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class GitCheckoutIT {
    private static final String TOKEN = "ghp_canary";
    private static final SystemTime TIME = new SystemTime();
    private static SshdFixture server;
    private static SshClient client;
    private static SshSession session;

    private final GitCheckout checkout = new GitCheckout();
    private final Path origin;
    private final Path project;
    private final Path remote;

    GitCheckoutIT(@TempDir Path folder) throws Exception {
        origin = folder.resolve("origin.git");
        project = folder.resolve("project");
        remote = folder.resolve("volume/project");
        TestGit.run(folder, "init", "--bare", origin.toString());
        TestGit.run(folder, "clone", origin.toString(), project.toString());
        commit("train.py", "first");
        TestGit.run(project, "push", "origin", "HEAD:main");
    }

    @BeforeAll
    static void connect(@TempDir Path serverFolder) throws Exception {
        server = SshdFixture.start(serverFolder);
        client = new MinaClient(TIME);
        session = client.connect(server.target(), soon());
    }

    @AfterAll
    static void disconnect() {
        if (client != null) {
            client.close();
            server.close();
        }
    }

    private static Deadline soon() {
        return Deadline.in(TIME, Duration.ofSeconds(60));
    }

    private void commit(String path, String content) throws IOException, InterruptedException {
        Files.writeString(project.resolve(path), content);
        TestGit.run(project, "add", "-A");
        TestGit.run(project, "commit", "-m", path);
    }

    private void sync() throws Exception {
        GitHead head = checkout.localHead(project);
        checkout.sync(session, head.url(), head.commit(), remote.toString(), Optional.empty(), soon());
    }

    @Test
    void commitIsCheckedOutAndUpdated() throws Exception {
        sync();
        assertThat(remote.resolve("train.py")).hasContent("first");

        commit("train.py", "second");
        TestGit.run(project, "push", "origin", "HEAD:main");
        sync();

        assertThat(remote.resolve("train.py")).hasContent("second");
    }

    @Test
    void filesAlreadyThereGiveWayOnlyWhereGitHasThem() throws Exception {
        Files.createDirectories(remote.resolve("output"));
        Files.writeString(remote.resolve("train.py"), "sent before, without git");
        Files.writeString(remote.resolve("output/weights"), "w");

        sync();

        assertThat(remote.resolve("train.py")).hasContent("first");
        assertThat(remote.resolve("output/weights")).hasContent("w");
    }

    @Test
    void uncommittedWorkIsRefused() throws Exception {
        Files.writeString(project.resolve("new.py"), "");

        assertRefused("new.py");
    }

    @Test
    void unpushedWorkIsRefused() throws Exception {
        commit("train.py", "second");

        assertRefused("no remote has commit");
    }

    @Test
    void folderInsideARepositoryIsRefused() throws Exception {
        Path inside = Files.createDirectory(project.resolve("inside"));

        assertThatThrownBy(() -> checkout.localHead(inside))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("inside its repository");
    }

    @Test
    void folderWithoutGitIsRefused(@TempDir Path plain) {
        assertThatThrownBy(() -> checkout.localHead(plain))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("not a git repository");
    }

    private void assertRefused(String part) {
        assertThatThrownBy(() -> checkout.localHead(project)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().kind()).isEqualTo(Problem.Kind.USAGE);
            assertThat(e.problem().why()).contains(part);
        });
    }

    @Test
    void commitThatTheRepositoryLacksIsNamed() {
        String missing = "0123456789".repeat(4);

        assertThatThrownBy(() ->
                        checkout.sync(session, origin.toString(), missing, remote.toString(), Optional.empty(), soon()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(missing);
    }

    @Test
    void tokenReachesTheRepositorysSiteAndNoCommandLine() throws Exception {
        List<String> logins = new CopyOnWriteArrayList<>();
        List<String> commandLines = new CopyOnWriteArrayList<>();
        HttpServer site = site(exchange -> {
            ProcessHandle.allProcesses()
                    .forEach(process -> process.info().commandLine().ifPresent(commandLines::add));
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .ifPresent(logins::add);
            demandLogin(exchange);
        });

        assertThatThrownBy(() -> fetchWithToken(site))
                .isInstanceOf(ProblemException.class)
                .hasMessageNotContaining(TOKEN);

        site.stop(0);
        String basic = Base64.getEncoder().encodeToString(("x-access-token:" + TOKEN).getBytes(StandardCharsets.UTF_8));
        assertThat(logins).isNotEmpty().allMatch(("Basic " + basic)::equals);
        assertThat(commandLines).isNotEmpty().noneMatch(line -> line.contains(TOKEN));
        assertThat(Files.readString(remote.resolve(".git/config"))).doesNotContain(TOKEN);
        // Those of other tests that are at work come and go.
        assertThat(TestGit.sh(Path.of("/dev/shm"), "grep -sl " + TOKEN + " pod-train-git* || true"))
                .isEmpty();
    }

    @Test
    void tokenDoesNotFollowToAnotherSite() throws Exception {
        List<Boolean> loggedIn = new CopyOnWriteArrayList<>();
        HttpServer other = site(exchange -> {
            loggedIn.add(exchange.getRequestHeaders().containsKey("Authorization"));
            demandLogin(exchange);
        });
        HttpServer site = site(exchange -> {
            String there = "http://127.0.0.1:" + other.getAddress().getPort() + exchange.getRequestURI();
            exchange.getResponseHeaders().add("Location", there);
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });

        assertThatThrownBy(() -> fetchWithToken(site)).isInstanceOf(ProblemException.class);

        site.stop(0);
        other.stop(0);
        assertThat(loggedIn).isNotEmpty().containsOnly(false);
    }

    private static HttpServer site(HttpHandler handler) throws IOException {
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", handler);
        site.start();
        return site;
    }

    private static void demandLogin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        exchange.close();
    }

    private void fetchWithToken(HttpServer site) throws Exception {
        String url = "http://127.0.0.1:" + site.getAddress().getPort() + "/me/project.git";
        checkout.sync(session, url, "0123456789".repeat(4), remote.toString(), Optional.of(Secret.of(TOKEN)), soon());
    }
}
