package dev.podtrain.local;

import dev.podtrain.local.Catalog.Gpu;
import dev.podtrain.local.PodDefinition.Compute;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import dev.podtrain.local.PodDefinition.Mounts;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules between the members of a create or PATCH, answered as the provider answers them: mostly 400, and often with
 * a text that names something else than what is wrong.
 */
final class PodRules {
    private static final Pattern PORT = Pattern.compile("\\d{1,5}/(tcp|http)");
    private static final Pattern VARIABLE = Pattern.compile("[^=\\x00]+");
    private static final int MOST_VARIABLES = 50;
    private static final int MOST_HTTP_PORTS = 10;

    private static final int MOST_VCPUS_OF_SMALL = 2;
    private static final int LARGEST_DISK_OF_SMALL = 20;

    private final Catalog catalog;

    PodRules(Catalog catalog) {
        this.catalog = catalog;
    }

    /** What a create leads to before a place is looked for. */
    ContainerSpec container(CreateRequest request, Account account) {
        PodRequest pod = request.pod();
        if (pod.templateId() != null) {
            throw Refusal.of(404, "template not found");
        }
        if ((request.gpuId() == null) == (request.cpuId() == null)) {
            throw Refusal.of(400, "exactly one of gpu and cpu is required");
        }
        if (pod.disk() == null) {
            throw Refusal.of(400, "You must either provide a template id or pod configuration parameters");
        }
        Map<String, String> env = new LinkedHashMap<>(request.env());
        if (request.startSsh()
                && !env.containsKey("PUBLIC_KEY")
                && !account.sshKeys().isEmpty()) {
            env.put("PUBLIC_KEY", String.join("\n", account.sshKeys()));
        }
        ContainerSpec empty = new ContainerSpec(
                Objects.requireNonNull(pod.name()),
                Objects.requireNonNull(pod.image()),
                pod.disk(),
                List.of(),
                Map.of(),
                "",
                List.of(),
                List.of(),
                null);
        return apply(
                new PodRequest(
                        null,
                        null,
                        null,
                        pod.ports(),
                        env,
                        pod.args(),
                        pod.entrypoint(),
                        pod.cmd(),
                        pod.registry(),
                        null,
                        null,
                        null,
                        null),
                empty);
    }

    /** The container after a PATCH: what was sent replaces what was there, {@code env} as a whole. */
    ContainerSpec apply(PodRequest change, ContainerSpec before) {
        List<String> entrypoint = orElse(change.entrypoint(), before.entrypoint());
        List<String> cmd = orElse(change.cmd(), before.cmd());
        String args = orElse(change.args(), before.args());
        boolean execForm = change.entrypoint() != null || change.cmd() != null;
        if (change.args() != null && execForm) {
            List<String> both = new ArrayList<>(entrypoint);
            both.addAll(cmd);
            if (!ContainerCommand.fromArgs(args).equals(both)) {
                throw Refusal.of(400, "args and entrypoint/cmd describe different commands");
            }
        } else if (change.args() != null) {
            ContainerCommand.fromArgs(args);
            entrypoint = List.of();
            cmd = List.of();
        } else if (execForm) {
            args = "";
        }
        Map<String, String> env = orElse(change.env(), before.env());
        List<String> ports = orElse(change.ports(), before.ports());
        checkPorts(ports);
        checkEnvironment(env);
        return new ContainerSpec(
                orElse(change.name(), before.name()),
                orElse(change.image(), before.image()),
                orElse(change.disk(), before.disk()),
                ports,
                env,
                args,
                entrypoint,
                cmd,
                change.registry() == null ? before.registry() : change.registry());
    }

    Mounts mounts(CreateRequest request, Account account) {
        Mounts mounts = request.pod().mounts();
        if (mounts == null) {
            return new Mounts(null, List.of());
        }
        if (mounts.persistent() != null && !mounts.network().isEmpty()) {
            throw Refusal.of(400, "mounts.persistent and mounts.network are mutually exclusive");
        }
        if (mounts.persistent() != null && request.cpuId() != null) {
            throw Refusal.of(400, "CPU pods do not support a persistent volume");
        }
        for (Mounts.Network mount : mounts.network()) {
            checkPath(mount.path());
            if (account.volume(mount.volumeId()).isEmpty()) {
                throw Refusal.of(404, "network volume not found");
            }
            if (request.cloud().equals("COMMUNITY")) {
                throw Refusal.of(400, "Something went wrong. Please try again later or contact support.");
            }
        }
        if (mounts.persistent() != null) {
            checkPath(mounts.persistent().path());
        }
        return mounts;
    }

    /** @throws Refusal if a PATCH asks for another kind of mount or another volume */
    Mounts changeMounts(@Nullable Mounts change, Mounts before) {
        if (change == null) {
            return before;
        }
        boolean sameKind = (change.persistent() == null) == (before.persistent() == null)
                && change.network().size() == before.network().size();
        boolean sameVolume = sameKind
                && (change.network().isEmpty()
                        || change.network()
                                .get(0)
                                .volumeId()
                                .equals(before.network().get(0).volumeId()));
        if (!sameVolume) {
            throw Refusal.of(400, "the kind of mount and the network volume cannot be changed");
        }
        change.network().forEach(mount -> checkPath(mount.path()));
        if (change.persistent() != null) {
            checkPath(change.persistent().path());
        }
        return change;
    }

    /** The hardware, if the catalog has it: a wrong id reads as if nothing were free (runpod/runpodctl pull 260). */
    Compute compute(CreateRequest request) {
        if (request.cpuId() != null) {
            Catalog.Cpu cpu = catalog.cpu(request.cpuId()).orElseThrow(PodRules::noCapacity);
            int count = request.vcpuCount();
            if (Integer.bitCount(count) != 1 || count < cpu.minVcpu() || count > cpu.maxVcpu()) {
                throw Refusal.of(
                        400, "vcpuCount must be a power of two from " + cpu.minVcpu() + " to " + cpu.maxVcpu());
            }
            if (!request.cloud().equals("SECURE")) {
                throw noCapacity();
            }
            // Said of small pods by RunPod's own client (2026): 20 GB always find a host.
            if (count <= MOST_VCPUS_OF_SMALL
                    && Objects.requireNonNull(request.pod().disk()) > LARGEST_DISK_OF_SMALL) {
                throw Refusal.of(400, "disk must be at most " + LARGEST_DISK_OF_SMALL + " GB for this CPU flavor");
            }
            int memory = cpu.ramGbPerVcpu().intValue() * count;
            return new Compute(null, 0, cpu.id(), count, memory);
        }
        Integer count = request.gpuCount();
        Gpu gpu = catalog.gpu(Objects.requireNonNull(request.gpuId())).orElseThrow(PodRules::noCapacity);
        if (count == null || count > gpu.maxCount() || !gpu.isOffered(request.cloud())) {
            throw noCapacity();
        }
        return new Compute(gpu.id(), count, null, 8 * count, 32 * count);
    }

    /** The newest version that fits; null without a GPU. */
    @Nullable
    String cudaVersion(CreateRequest request) {
        if (request.cpuId() != null) {
            return null;
        }
        if (request.minCudaVersion() != null && !request.allowedCudaVersions().isEmpty()) {
            throw Refusal.of(400, "minCudaVersion and allowedCudaVersions are mutually exclusive");
        }
        String chosen = null;
        for (String version : Catalog.CUDA_VERSIONS) {
            boolean allowed = request.allowedCudaVersions().isEmpty()
                    || request.allowedCudaVersions().contains(version);
            boolean newEnough = request.minCudaVersion() == null || isAtLeast(version, request.minCudaVersion());
            if (allowed && newEnough) {
                chosen = version;
            }
        }
        if (chosen == null) {
            throw noCapacity();
        }
        return chosen;
    }

    /** 12.11 is more than 12.2. */
    private static boolean isAtLeast(String version, String least) {
        List<BigInteger> has = numbers(version);
        List<BigInteger> needs = numbers(least);
        int major = has.get(0).compareTo(needs.get(0));
        return major > 0 || (major == 0 && has.get(1).compareTo(needs.get(1)) >= 0);
    }

    private static List<BigInteger> numbers(String version) {
        return List.of(version.split("\\.", -1)).stream().map(BigInteger::new).toList();
    }

    private static void checkPorts(List<String> ports) {
        for (String port : ports) {
            if (!PORT.matcher(port).matches()) {
                throw Refusal.of(400, "invalid port '" + port + "': expected <number>/tcp or <number>/http");
            }
        }
        if (ports.stream().filter(port -> port.endsWith("/http")).count() > MOST_HTTP_PORTS) {
            throw Refusal.of(400, "at most " + MOST_HTTP_PORTS + " http ports are supported");
        }
    }

    private static void checkEnvironment(Map<String, String> env) {
        if (env.size() > MOST_VARIABLES) {
            throw Refusal.of(400, "at most " + MOST_VARIABLES + " environment variables are supported");
        }
        env.forEach((name, value) -> {
            if (!VARIABLE.matcher(name).matches() || value.indexOf('\0') >= 0) {
                throw Refusal.of(400, "invalid environment variable name or value");
            }
        });
    }

    private static void checkPath(String path) {
        if (!path.matches("/[^/\\x00].*") || path.contains("/..") || path.matches("/(proc|dev|usr|etc)(/.*)?")) {
            throw Refusal.of(400, "invalid mount path '" + path + "'");
        }
    }

    static Refusal noCapacity() {
        return Refusal.of(400, Refusal.NO_CAPACITY);
    }

    private static <T> T orElse(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
