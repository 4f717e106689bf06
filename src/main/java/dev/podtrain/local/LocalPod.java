package dev.podtrain.local;

import dev.podtrain.base.Deadline;
import dev.podtrain.local.PodDefinition.Mounts;
import dev.podtrain.local.PodLife.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One pod: its record on disk, its log and its container, changed together under this object's lock. */
final class LocalPod {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);
    private static final Duration SSH_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(1);

    private final Object operations = new Object();
    private final PodHost host;
    private final PodDirectory directory;
    private final PodLog log;
    private PodRecord pod;
    private boolean ending;
    private long bootBegan;
    private @Nullable Deadline restartAfter;

    private LocalPod(PodHost host, PodRecord pod) {
        this.host = host;
        this.directory = host.state().pod(pod.id());
        this.log = new PodLog(host.time(), directory);
        this.pod = pod;
        this.bootBegan = host.time().nanoTime();
    }

    /** A new pod, on disk before anybody hears of it. */
    static LocalPod create(PodHost host, PodRecord record) {
        LocalPod pod = new LocalPod(host, record);
        try {
            StateDir.createPrivate(pod.directory.root());
            Files.createFile(pod.directory.output());
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot create the folder of pod " + record.id(), failure);
        }
        pod.save(record);
        pod.log.system("create pod " + record.id());
        return pod;
    }

    /**
     * A pod that an earlier process left. If its container still runs it goes on; if it is gone, so is the pod's host
     * as far as anybody can tell.
     */
    static LocalPod adopt(PodHost host, PodRecord record) {
        LocalPod pod = new LocalPod(host, record);
        pod.log.load();
        Container container = record.life().container();
        if (container != null && !container.isAlive()) {
            pod.loseHost();
        }
        return pod;
    }

    /** Held by whoever changes what the pod is: starting, stopping and the like happen one after the other. */
    Object operations() {
        return operations;
    }

    synchronized PodRecord record() {
        return pod;
    }

    PodLog log() {
        return log;
    }

    /** Brings a container up for the pod's present generation; waits as long as a pull of the image takes. */
    void boot(BootPlan plan) throws InterruptedException {
        int generation = record().life().generation();
        String image = record().definition().container().image();
        log.system("create container " + image);
        log.system(tag(image) + " Pulling from " + repository(image));
        host.time().sleep(plan.delay());
        if (plan.neverReady()) {
            return;
        }
        log.system("Status: Image is up to date for " + image);
        if (plan.passesThroughStates()) {
            show(generation, PodStatus.STARTING);
        }
        startContainer(generation, true, plan.hostKeys());
        awaitSsh(generation);
    }

    synchronized void showProvisioning() {
        save(pod.with(pod.life().showing(PodStatus.PROVISIONING)));
    }

    private synchronized void show(int generation, PodStatus status) {
        if (isCurrent(generation)) {
            save(pod.with(pod.life().showing(status)));
        }
    }

    private boolean isCurrent(int generation) {
        return !ending
                && pod.life().generation() == generation
                && pod.life().status().isBilled();
    }

    private synchronized void startContainer(int generation, boolean fresh, String hostKeys)
            throws InterruptedException {
        if (!isCurrent(generation)) {
            return;
        }
        PodDefinition definition = pod.definition();
        String image = definition.container().image();
        int port = host.ports().pick();
        Container before = pod.life().container();
        String hostName = fresh || before == null ? host.ids().containerId() : before.hostName();
        ContainerDisk disk = new ContainerDisk(directory.containerDisk());
        if (fresh) {
            disk.makeFresh(host.sandbox().userId());
            disk.writeHostKeyMode(hostKeys);
        }
        disk.writeSshConfig(port);
        disk.writeGpus(pod.id(), definition.compute(), pod.life().gpuCount(), host.gpuMemoryGb(definition.compute()));
        disk.writeAddresses(host.apiUrl(), host.graphqlUrl());
        log.system("start container for " + image + ": begin");
        try {
            Optional<Sandbox.Started> started = host.sandbox()
                    .start(new Sandbox.Start(
                            directory,
                            hostName,
                            definition.compute().gpuId() != null,
                            volume(),
                            PodEnvironment.of(pod, hostName, port),
                            ContainerCommand.of(definition.container())));
            if (started.isEmpty()) {
                scheduleRestart();
                return;
            }
            Container container =
                    new Container(started.get(), port, hostName, host.time().now());
            save(pod.with(pod.life().running(container)));
        } catch (IOException failure) {
            log.system("error starting container: " + failure.getMessage());
            scheduleRestart();
        }
    }

    private void scheduleRestart() {
        save(pod.with(pod.life().withoutContainer()));
        restartAfter = Deadline.in(host.time(), RESTART_PAUSE);
    }

    private Optional<Sandbox.Mount> volume() {
        Mounts mounts = pod.definition().mounts();
        Mounts.Persistent persistent = mounts.persistent();
        if (persistent != null) {
            return Optional.of(new Sandbox.Mount(existing(directory.persistentVolume()), persistent.path()));
        }
        return mounts.network().stream()
                .findFirst()
                .map(mount -> new Sandbox.Mount(existing(host.state().volume(mount.volumeId())), mount.path()));
    }

    private static Path existing(Path folder) {
        try {
            StateDir.createPrivate(folder);
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot create the volume's folder " + folder, failure);
        }
    }

    private void awaitSsh(int generation) throws InterruptedException {
        Deadline deadline = Deadline.in(host.time(), SSH_LIMIT);
        while (!deadline.hasPassed()) {
            Container container;
            synchronized (this) {
                if (!isCurrent(generation)) {
                    return;
                }
                container = pod.life().container();
            }
            boolean needed = record().definition().container().wantsSsh();
            if (container != null && (!needed || SshPorts.greets(container.sshPort()))) {
                synchronized (this) {
                    if (isCurrent(generation)) {
                        long millis = (host.time().nanoTime() - bootBegan) / 1_000_000;
                        save(pod.with(pod.life().answering(millis)));
                    }
                }
                return;
            }
            deadline.pause(LOOK_AGAIN);
        }
    }

    /** Looks after the pod: takes in its output, and starts a container again that ended by itself. */
    void tend() throws InterruptedException {
        log.refresh();
        int generation;
        synchronized (this) {
            Container container = pod.life().container();
            if (container != null && !ending && !container.isAlive() && restartAfter == null) {
                // The provider starts an ended container again, for ever, and bills it, as users of runpodctl report.
                log.system("container exited, restarting");
                restartAfter = Deadline.in(host.time(), RESTART_PAUSE);
            }
            if (restartAfter == null || !restartAfter.hasPassed()) {
                return;
            }
            restartAfter = null;
            generation = pod.life().generation();
        }
        startContainer(generation, false, "right");
    }

    /** Ends the container; the volumes stay. */
    void stop() throws InterruptedException {
        end(life -> life.stopped(host.time().now(), "User"), "stop container");
    }

    /** The host is lost with all that ran on it: the pod shows as exited though nobody asked for it. */
    void loseHost() {
        try {
            end(life -> life.stopped(host.time().now(), "RunPod"), "host lost");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only when nothing of the container is left does the pod show as what comes next. */
    private void end(UnaryOperator<PodLife> next, String reason) throws InterruptedException {
        Container container;
        synchronized (this) {
            ending = true;
            restartAfter = null;
            container = pod.life().container();
            log.system(reason);
        }
        if (container != null) {
            kill(container);
        }
        log.refresh();
        new ContainerDisk(directory.containerDisk()).delete();
        synchronized (this) {
            save(pod.with(next.apply(pod.life())));
            ending = false;
        }
    }

    private void kill(Container container) throws InterruptedException {
        container.sandbox().kill();
        Deadline deadline = Deadline.in(host.time(), END_LIMIT);
        while (!container.sandbox().isGone()) {
            if (deadline.hasPassed()) {
                throw new IllegalStateException(
                        "process " + container.sandbox().first().pid() + " of pod " + pod.id() + " does not end");
            }
            deadline.pause(Duration.ofMillis(1));
        }
    }

    /** A new generation of an exited pod; its container comes with {@link #boot}. */
    synchronized void start(int gpuCount, BigDecimal hourlyPrice) {
        Instant now = host.time().now();
        bootBegan = host.time().nanoTime();
        save(pod.with(pod.life().started(gpuCount, now, hourlyPrice)));
        log.system("start pod " + pod.id());
    }

    /** The container again, in place: its disk stays. */
    void restart() throws InterruptedException {
        Container container;
        int generation;
        synchronized (this) {
            container = pod.life().container();
            generation = pod.life().generation();
            log.system("restart container");
            if (container != null) {
                kill(container);
            }
            startContainer(generation, container == null, "right");
        }
    }

    synchronized void redefine(PodDefinition definition, boolean locked) {
        save(new PodRecord(definition, pod.life().locked(locked)));
    }

    /** The container and its disk are gone; the next {@link #boot} makes new ones. */
    void reset() throws InterruptedException {
        synchronized (this) {
            bootBegan = host.time().nanoTime();
        }
        end(PodLife::reset, "reset pod");
    }

    void setGpuUtilization(int percent) {
        new ContainerDisk(directory.containerDisk()).writeUtilization(percent);
    }

    /** The pod is gone for good, its host-bound volume and its log too. */
    void terminate() throws InterruptedException {
        end(life -> life.stopped(host.time().now(), "User"), "terminate pod");
        log.close();
        Billing.remember(host.state().bills(), record());
        StateDir.delete(directory.root());
    }

    private void save(PodRecord record) {
        StateDir.write(directory.record(), Json.bytes(record));
        pod = record;
    }

    private static String repository(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(0, colon) : image;
    }

    private static String tag(String image) {
        int colon = image.lastIndexOf(':');
        return colon > image.lastIndexOf('/') ? image.substring(colon + 1) : "latest";
    }
}
