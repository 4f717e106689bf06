package dev.podtrain.local;

import dev.podtrain.local.Fault.Kind;
import dev.podtrain.local.Faults.Call;
import dev.podtrain.local.PodDefinition.Compute;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import dev.podtrain.local.PodDefinition.Mounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All pods, and what may be done to them. */
final class Pods implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pods.class);
    private static final Duration TEND_PAUSE = Duration.ofMillis(50);

    private final PodHost host;
    private final AccountFile account;
    private final Faults faults;
    private final Duration bootDelay;
    private final PodRules rules;
    private final Map<String, LocalPod> pods = new ConcurrentHashMap<>();
    private final ExecutorService boots;
    private final Thread tender;
    private volatile Instant lastActivity;

    Pods(PodHost host, AccountFile account, Faults faults, Duration bootDelay) {
        this.host = host;
        this.account = account;
        this.faults = faults;
        this.bootDelay = bootDelay;
        this.rules = new PodRules(host.catalog());
        this.lastActivity = host.time().now();
        this.boots = Executors.newCachedThreadPool(task -> daemon("local-pod-boot", task));
        this.tender = daemon("local-pods", this::tendAll);
    }

    private static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Takes up the pods an earlier process left and begins to look after all. */
    void open() {
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(host.state().pods())) {
            for (Path folder : folders) {
                adopt(new PodDirectory(folder));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(
                    "cannot read the pods in " + host.state().pods(), failure);
        }
        tender.start();
    }

    private void adopt(PodDirectory directory) throws IOException {
        if (!Files.exists(directory.record())) {
            StateDir.delete(directory.root());
            return;
        }
        LocalPod pod = LocalPod.adopt(host, Json.read(directory.record(), PodRecord.class));
        pods.put(pod.record().id(), pod);
        PodLife life = pod.record().life();
        if (life.status().isBilled() && life.container() == null) {
            boot(pod);
        }
    }

    /** Newest first. */
    List<PodRecord> list() {
        return pods.values().stream()
                .map(LocalPod::record)
                .sorted(Comparator.comparing((PodRecord pod) -> pod.definition().createdAt())
                        .thenComparing(PodRecord::id)
                        .reversed())
                .toList();
    }

    Optional<PodRecord> find(String id) {
        return Optional.ofNullable(pods.get(id)).map(LocalPod::record);
    }

    private LocalPod need(String id) {
        LocalPod pod = pods.get(id);
        if (pod == null) {
            throw Refusal.noSuchPod();
        }
        return pod;
    }

    PodLog log(String id) {
        return need(id).log();
    }

    /** @throws Refusal if a rule is broken or nothing is free */
    PodRecord create(CreateRequest request) {
        Account owner = account.get();
        ContainerSpec container = rules.container(request, owner);
        Mounts mounts = rules.mounts(request, owner);
        requireBalance(new Call("create-pod", request.hardwareId(), null, null));
        Compute compute = rules.compute(request);
        String cuda = rules.cudaVersion(request);
        String dataCenter = place(request, mounts, owner);
        BigDecimal price = price(compute, request.cloud(), dataCenter);

        String id = host.ids().podId();
        Instant now = host.time().now();
        boolean globalNetworking = Boolean.TRUE.equals(request.pod().globalNetworking());
        PodDefinition definition = new PodDefinition(
                id,
                host.ids().proxyUser(id),
                host.ids().key("rpa_POD"),
                container,
                mounts,
                compute,
                request.cloud(),
                dataCenter,
                cuda,
                price,
                globalNetworking,
                now);
        LocalPod pod = LocalPod.create(
                host, new PodRecord(definition, PodLife.created(PodStatus.RUNNING, compute.gpuCount(), now, price)));
        pods.put(id, pod);
        lastActivity = now;
        boot(pod);
        return pod.record();
    }

    private void requireBalance(Call call) {
        faults.take(Kind.PAYMENT, call)
                .or(() -> faults.take(Kind.BALANCE_ZERO, call))
                .ifPresent(fault -> {
                    throw Refusal.of(402, "insufficient balance to create a pod");
                });
    }

    /** The first data center that may hold the pod and has a free GPU, if faults leave one. */
    private String place(CreateRequest request, Mounts mounts, Account owner) {
        List<String> candidates = new ArrayList<>();
        for (Catalog.DataCenter center : host.catalog().dataCenters()) {
            boolean wanted =
                    request.dataCenterIds().isEmpty() || request.dataCenterIds().contains(center.id());
            boolean hasVolume = mounts.network().stream().allMatch(mount -> owner.volume(mount.volumeId())
                    .orElseThrow()
                    .dataCenter()
                    .equals(center.id()));
            if (wanted && hasVolume) {
                candidates.add(center.id());
            }
        }
        for (String candidate : candidates) {
            Optional<Fault> full =
                    faults.take(Kind.CAPACITY, new Call("create-pod", request.hardwareId(), candidate, null));
            if (full.isEmpty()) {
                return candidate;
            }
            if (full.get().dataCenter() == null) {
                break;
            }
        }
        throw PodRules.noCapacity();
    }

    private BigDecimal price(Compute compute, String cloud, String dataCenter) {
        if (compute.cpuId() != null) {
            BigDecimal perVcpu =
                    host.catalog().cpu(compute.cpuId()).orElseThrow().pricePerVcpu();
            return perVcpu.multiply(BigDecimal.valueOf(compute.vcpuCount()));
        }
        String gpu = java.util.Objects.requireNonNull(compute.gpuId());
        BigDecimal listed = host.catalog().gpu(gpu).orElseThrow().price(cloud);
        BigDecimal perGpu = faults.take(Kind.PRICE, new Call("create-pod", gpu, dataCenter, null))
                .map(Fault::price)
                .orElse(listed);
        return perGpu.multiply(BigDecimal.valueOf(compute.gpuCount()));
    }

    PodRecord start(String id) {
        LocalPod pod = need(id);
        synchronized (pod.operations()) {
            return start(pod);
        }
    }

    private PodRecord start(LocalPod pod) {
        PodRecord record = pod.record();
        requireStatus(record.life().status() == PodStatus.EXITED, "start", record);
        Call call = Call.onPod("start-pod", record);
        requireBalance(call);
        faults.take(Kind.START_REFUSED, call).ifPresent(fault -> {
            throw Refusal.of(fault.statusOr(400), Refusal.NO_FREE_GPUS);
        });
        boolean withoutGpus = faults.take(Kind.ZERO_GPUS, call).isPresent();
        int gpus = withoutGpus ? 0 : record.definition().compute().gpuCount();
        pod.start(gpus, record.definition().hourlyPrice());
        lastActivity = host.time().now();
        boot(pod);
        return pod.record();
    }

    PodRecord stop(String id) throws InterruptedException {
        LocalPod pod = need(id);
        synchronized (pod.operations()) {
            return stop(pod);
        }
    }

    private PodRecord stop(LocalPod pod) throws InterruptedException {
        PodRecord record = pod.record();
        requireStatus(record.life().status().isBilled(), "stop", record);
        requireUnlocked(record);
        faults.take(Kind.STOP_REFUSED, Call.onPod("stop-pod", record)).ifPresent(fault -> {
            throw Refusal.of(fault.statusOr(400), "Something went wrong. Please try again later or contact support.");
        });
        pod.stop();
        lastActivity = host.time().now();
        return pod.record();
    }

    PodRecord restart(String id) throws InterruptedException {
        LocalPod pod = need(id);
        synchronized (pod.operations()) {
            requireStatus(pod.record().life().status() == PodStatus.RUNNING, "restart", pod.record());
            pod.restart();
            return pod.record();
        }
    }

    void terminate(String id) throws InterruptedException {
        LocalPod pod = need(id);
        requireUnlocked(pod.record());
        if (pods.remove(id) == null) {
            throw Refusal.noSuchPod();
        }
        synchronized (pod.operations()) {
            pod.terminate();
        }
        lastActivity = host.time().now();
    }

    /** A PATCH. A running pod whose container changes loses its container and everything outside its volume. */
    PodRecord edit(String id, PodRequest change) throws InterruptedException {
        LocalPod pod = need(id);
        synchronized (pod.operations()) {
            return edit(pod, change);
        }
    }

    private PodRecord edit(LocalPod pod, PodRequest change) throws InterruptedException {
        PodDefinition before = pod.record().definition();
        if (change.templateId() != null) {
            throw Refusal.of(404, "template not found");
        }
        ContainerSpec container = rules.apply(change, before.container());
        Mounts mounts = rules.changeMounts(change.mounts(), before.mounts());
        boolean networking = change.globalNetworking() == null ? before.globalNetworking() : change.globalNetworking();
        boolean locked = change.locked() == null ? pod.record().life().locked() : change.locked();
        boolean resets = pod.record().life().status().isBilled() && change.changesContainer();
        if (resets) {
            requireUnlocked(pod.record());
        }
        pod.redefine(before.with(container, mounts, networking), locked);
        if (resets) {
            pod.reset();
            boot(pod);
        }
        return pod.record();
    }

    /** Ends all pods of which the fault speaks, as if their hosts had burned down. */
    void loseHosts(@Nullable String podId) {
        for (LocalPod pod : pods.values()) {
            if (podId == null || podId.equals(pod.record().id())) {
                loseHost(pod);
            }
        }
    }

    private void loseHost(LocalPod pod) {
        synchronized (pod.operations()) {
            if (pod.record().life().status().isBilled()) {
                pod.loseHost();
                lastActivity = host.time().now();
            }
        }
    }

    boolean isBalanceUsedUp() {
        return faults.isStanding(Kind.BALANCE_ZERO, Call.of("balance"));
    }

    /** What becomes of pods that nobody can pay. */
    private void endAllUnpaid() throws InterruptedException {
        stopAll();
        for (LocalPod pod : List.copyOf(pods.values())) {
            if (pod.record().definition().mounts().network().isEmpty()) {
                remove(pod);
            }
        }
    }

    private void remove(LocalPod pod) throws InterruptedException {
        pods.remove(pod.record().id());
        synchronized (pod.operations()) {
            pod.terminate();
        }
    }

    void setGpuUtilization(String id, int percent) {
        need(id).setGpuUtilization(percent);
    }

    private static void requireStatus(boolean allowed, String action, PodRecord pod) {
        if (!allowed) {
            throw Refusal.of(
                    409,
                    "action '%s' is not valid for a pod in status %s"
                            .formatted(action, pod.life().status()));
        }
    }

    private static void requireUnlocked(PodRecord pod) {
        if (pod.life().locked()) {
            throw Refusal.of(409, "pod is locked");
        }
    }

    private void boot(LocalPod pod) {
        Call call = Call.onPod("boot", pod.record());
        Duration delay = faults.take(Kind.SLOW_BOOT, call)
                .map(fault -> Duration.ofMillis(fault.millis() == null ? 10_000 : fault.millis()))
                .orElse(bootDelay);
        String hostKeys = "right";
        if (faults.take(Kind.HOST_KEY_MISMATCH, call).isPresent()) {
            hostKeys = "mismatch";
        } else if (faults.take(Kind.NO_FINGERPRINTS, call).isPresent()) {
            hostKeys = "silent";
        }
        BootPlan plan = new BootPlan(
                delay,
                faults.take(Kind.NEVER_READY, call).isPresent(),
                faults.take(Kind.PROVISIONING, call).isPresent(),
                hostKeys);
        if (plan.passesThroughStates()) {
            pod.showProvisioning();
        }
        boots.execute(() -> {
            try {
                pod.boot(plan);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } catch (UncheckedIOException failure) {
                LOG.warn("pod {} cannot be booted", pod.record().id(), failure);
            }
        });
    }

    private void tendAll() {
        try {
            while (true) {
                if (isBalanceUsedUp()) {
                    endAllUnpaid();
                }
                for (LocalPod pod : pods.values()) {
                    tend(pod);
                }
                host.time().sleep(TEND_PAUSE);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void tend(LocalPod pod) throws InterruptedException {
        try {
            pod.tend();
        } catch (UncheckedIOException failure) {
            // One pod's full disk, or a folder deleted under it, must not leave the others without care.
            if (pods.containsKey(pod.record().id())) {
                LOG.warn("pod {} cannot be tended", pod.record().id(), failure);
            }
        }
    }

    /** When the last pod ended or was asked for; empty while one is billed. */
    Optional<Instant> idleSince() {
        boolean running = pods.values().stream()
                .anyMatch(pod -> pod.record().life().status().isBilled());
        return running ? Optional.empty() : Optional.of(lastActivity);
    }

    /** Terminates every pod, locked or not. */
    void terminateAll() throws InterruptedException {
        for (LocalPod pod : List.copyOf(pods.values())) {
            remove(pod);
        }
    }

    /** Stops every pod, locked or not. */
    void stopAll() throws InterruptedException {
        for (LocalPod pod : List.copyOf(pods.values())) {
            synchronized (pod.operations()) {
                if (pod.record().life().status().isBilled()) {
                    pod.stop();
                    lastActivity = host.time().now();
                }
            }
        }
    }

    /** Ends the care, not the pods: they go on and are taken up again. */
    @Override
    public void close() {
        tender.interrupt();
        boots.shutdownNow();
    }
}
