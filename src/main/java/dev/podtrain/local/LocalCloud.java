package dev.podtrain.local;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * RunPod on loopback: REST v2, GraphQL and pods that are sandboxes. Closing it ends the service only: its pods go on
 * and are taken up by the next one that is started on the same folder.
 */
public final class LocalCloud implements AutoCloseable {
    /**
     * How a local cloud behaves.
     *
     * @param stateDir everything it keeps; one process at a time
     * @param bootDelay how long a pull of an image seems to take
     * @param pollHint how often a client may ask, sent as {@code X-Poll-After-Ms}
     * @param witness is told of every call of REST
     */
    public record Config(
            Path stateDir, Time time, Duration bootDelay, Duration pollHint, Optional<RestWitness> witness) {
        public static Config in(Path stateDir) {
            return new Config(
                    stateDir, new SystemTime(), Duration.ofMillis(300), Duration.ofMillis(50), Optional.empty());
        }

        public Config withBootDelay(Duration delay) {
            return new Config(stateDir, time, delay, pollHint, witness);
        }

        public Config withTime(Time newTime) {
            return new Config(stateDir, newTime, bootDelay, pollHint, witness);
        }

        public Config withWitness(RestWitness newWitness) {
            return new Config(stateDir, time, bootDelay, pollHint, Optional.of(newWitness));
        }
    }

    private static final int PORT_TRIES = 5;

    private final Time time;
    private final Javalin server;
    private final FolderLock serving;
    private final LogRoutes logs;
    private final ControlRoutes control;
    private final Pods pods;
    private final Faults faults;
    private final LocalEndpoint endpoint;
    private final CountDownLatch shutdownRequested;

    private LocalCloud(
            Time time,
            Javalin server,
            FolderLock serving,
            LogRoutes logs,
            ControlRoutes control,
            Pods pods,
            Faults faults,
            LocalEndpoint endpoint,
            CountDownLatch shutdownRequested) {
        this.time = time;
        this.server = server;
        this.serving = serving;
        this.logs = logs;
        this.control = control;
        this.pods = pods;
        this.faults = faults;
        this.endpoint = endpoint;
        this.shutdownRequested = shutdownRequested;
    }

    /** Starts in this process, at the address it had last if that is free, and takes up the pods that are there. */
    public static LocalCloud start(Config config) {
        int tries = 1;
        while (true) {
            try {
                return startOnce(config);
            } catch (JavalinBindException taken) {
                // Somebody was faster between the search for a free port and its use.
                if (tries == PORT_TRIES) {
                    throw taken;
                }
                tries++;
            }
        }
    }

    private static LocalCloud startOnce(Config config) {
        Time time = config.time();
        StateDir state = new StateDir(config.stateDir().toAbsolutePath().normalize());
        state.create();
        FolderLock serving = FolderLock.tryTake(state.serveLock())
                .orElseThrow(() -> new ProblemException(new Problem(
                        Problem.Kind.FAILED,
                        "could not start the local cloud",
                        "another process serves " + state.root(),
                        "use that one, or end it with: pod-train local down",
                        "nothing was rented")));
        SecureRandom random = new SecureRandom();
        Ids ids = new Ids(random);
        AccountFile account = new AccountFile(
                state.account(), Account.load(state.account(), ids).orElseGet(() -> Account.fresh(ids)));
        SshPorts ports = new SshPorts(random);
        int port = freePort(account.get().port(), ports);
        account.change(before -> before.listeningAt(port));

        URI api = URI.create("http://127.0.0.1:" + port);
        LocalEndpoint endpoint = new LocalEndpoint(
                api,
                api.resolve("/graphql"),
                Secret.of(account.get().apiKey()),
                api.resolve("/control"),
                Secret.of(account.get().controlKey()),
                api.resolve(S3Request.ROOT),
                account.get().s3AccessKey(),
                Secret.of(account.get().s3SecretKey()),
                ProcessHandle.current().pid());
        Catalog catalog = Catalog.load();
        Faults faults = new Faults();
        PodHost host = new PodHost(
                time,
                state,
                new Sandbox(time, PodImage.unpack(state.image()), Sandbox.currentUserId()),
                ports,
                ids,
                catalog,
                endpoint.apiUrl().toString(),
                endpoint.graphqlUrl().toString());
        Pods pods = new Pods(host, account, faults, config.bootDelay());
        Billing billing = new Billing(time, pods, state);
        CountDownLatch shutdown = new CountDownLatch(1);
        HttpFront front = new HttpFront(time, account, pods, faults, ids, config.pollHint());
        LogRoutes logs = new LogRoutes(time, pods, faults);
        ControlRoutes control = new ControlRoutes(endpoint.controlKey(), pods, faults, shutdown::countDown);
        Javalin server = Javalin.create(javalin -> {
            javalin.startup.showJavalinBanner = false;
            javalin.startup.showOldJavalinVersionWarning = false;
            javalin.startup.startupWatcherEnabled = false;
            javalin.http.prefer405over404 = true;
            javalin.http.maxRequestSize = 1_000_000;
            javalin.http.compressionStrategy = io.javalin.compression.CompressionStrategy.NONE;
            front.install(javalin);
            config.witness().ifPresent(witness -> witness.install(javalin));
            new PodRoutes(time, pods, faults).install(javalin);
            logs.install(javalin);
            new CatalogRoutes(catalog, faults).install(javalin);
            new AccountRoutes(state, account, catalog, pods, faults, ids).install(javalin);
            new BillingRoutes(time, billing, faults).install(javalin);
            new GraphqlRoutes(front, faults, new GraphqlApi(time, account, catalog, pods, billing)::build)
                    .install(javalin);
            new S3Routes(time, state, account, catalog, faults, ids).install(javalin);
            control.install(javalin);
        });
        pods.open();
        LocalCloud cloud = new LocalCloud(time, server, serving, logs, control, pods, faults, endpoint, shutdown);
        try {
            server.start("127.0.0.1", port);
        } catch (JavalinBindException taken) {
            cloud.close();
            throw taken;
        }
        return cloud;
    }

    /** The one it had, for its pods know no other; at first one that it will get again, whatever connects meanwhile. */
    private static int freePort(int last, SshPorts ports) {
        if (last == 0) {
            return ports.pick();
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), last));
            return last;
        } catch (IOException taken) {
            return ports.pick();
        }
    }

    public LocalEndpoint endpoint() {
        return endpoint;
    }

    /** Makes something go wrong; a {@link Fault.Kind#POD_KILLED} does so before this returns. */
    public void inject(Fault fault) {
        control.inject(fault);
    }

    public List<Fault> faults() {
        return faults.list();
    }

    public void clearFaults() {
        faults.clear();
    }

    /** Ends every pod for good. */
    public void terminateAllPods() throws InterruptedException {
        pods.terminateAll();
    }

    /** Blocks until somebody asks for the end through the control endpoint, or no pod has run for so long. */
    public void awaitEnd(Duration idleExit) throws InterruptedException {
        while (!shutdownRequested.await(1, TimeUnit.SECONDS)) {
            Optional<Instant> idle = pods.idleSince();
            if (idle.isPresent() && !idle.get().plus(idleExit).isAfter(time.now())) {
                return;
            }
        }
    }

    /**
     * The program behind {@code local serve --state-dir DIR [--idle-exit SECONDS] [--boot-delay MILLISECONDS]}: serves
     * in the foreground and leaves its address in the folder while it does.
     *
     * @return the exit code: 0, or 2 for wrong arguments
     */
    public static int serve(String[] args) {
        Optional<ServeOptions> options = ServeOptions.parse(List.of(args));
        if (options.isEmpty()) {
            System.err.println("usage: local serve --state-dir DIR [--idle-exit SECONDS] [--boot-delay MILLISECONDS]");
            return 2;
        }
        Config config = options.get().config();
        EndpointFile file = new EndpointFile(config.stateDir().resolve("endpoint.json"));
        try (LocalCloud cloud = start(config)) {
            file.write(cloud.endpoint());
            cloud.awaitEnd(options.get().idleExit());
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            file.delete();
        }
        return 0;
    }

    @Override
    public void close() {
        logs.close();
        pods.close();
        server.stop();
        serving.close();
    }
}
