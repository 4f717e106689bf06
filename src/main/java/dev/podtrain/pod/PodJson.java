package dev.podtrain.pod;

import dev.podtrain.http.Json;
import dev.podtrain.http.JsonBody;
import dev.podtrain.pod.PodSpec.Hardware;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The one place that knows how REST v2 writes pods, GPU types and volumes (description 2.0.0, 2026-08-20). Members that
 * decide something must be there; the rest may be missing, so that one odd pod does not make a list unreadable.
 */
final class PodJson {
    private PodJson() {}

    static Pod pod(Json json) {
        Optional<Json> gpu = json.find("gpu");
        return new Pod(
                json.member("id").as(PodId::new),
                json.member("name").text(),
                PodStatus.of(json.member("status").text()),
                json.find("image").map(Json::text).orElse(""),
                gpu.map(found -> found.member("id").text()).orElse(""),
                gpu.map(found -> found.find("count").map(Json::integer).orElse(1))
                        .orElse(0),
                json.member("cloud").as(CloudType::valueOf),
                json.find("dataCenterId").map(Json::text).orElse(null),
                json.member("cost").decimal(),
                json.find("ssh")
                        .flatMap(ssh -> ssh.find("direct"))
                        .flatMap(PodJson::ssh)
                        .orElse(null),
                // One of the description's examples shows an empty object where it means null.
                json.find("runtime")
                        .filter(runtime -> !runtime.members().isEmpty())
                        .isPresent(),
                env(json),
                json.find("ports").map(ports -> ports.items(Json::text)).orElse(List.of()),
                json.find("createdAt").map(Json::instant).orElse(null),
                json.find("startedAt").map(Json::instant).orElse(null),
                disks(json));
    }

    private static PodDisks disks(Json json) {
        Optional<Json> mounts = json.find("mounts");
        return new PodDisks(
                json.find("disk").map(Json::integer).orElse(0),
                mounts.flatMap(found -> found.find("persistent"))
                        .flatMap(found -> found.find("size"))
                        .map(Json::integer)
                        .orElse(0),
                mounts.flatMap(found -> found.find("network")).map(Json::items).orElse(List.of()).stream()
                        .findFirst()
                        .flatMap(found -> found.find("volumeId"))
                        .map(Json::text)
                        .orElse(null));
    }

    /** An address to which nobody can connect is none yet. */
    private static Optional<SshAddress> ssh(Json json) {
        String host = json.member("host").text();
        int port = json.member("port").integer();
        String user = json.find("username").map(Json::text).orElse("root");
        return SshAddress.isPossible(host, port, user)
                ? Optional.of(new SshAddress(host, port, user))
                : Optional.empty();
    }

    /** Must be there: a pod whose variables are left out could be ours without being recognised. */
    private static Map<String, String> env(Json json) {
        Map<String, String> env = new LinkedHashMap<>();
        if (!json.has("env")) {
            json.member("env");
        }
        json.find("env").ifPresent(found -> found.members().forEach((name, value) -> env.put(name, value.text())));
        return env;
    }

    static String create(PodSpec spec) {
        return JsonBody.of(body -> {
            body.text("name", spec.name());
            body.text("image", spec.image());
            // Left out, disk and count give errors that speak of capacity or of templates (recorded 2026-08 and -10).
            body.number("disk", spec.containerDiskGb());
            hardware(body, spec.hardware());
            body.text("cloud", spec.cloud().name());
            if (!spec.dataCenters().isEmpty()) {
                body.texts("dataCenterIds", spec.dataCenters());
            }
            if (spec.volume() != null) {
                body.object("mounts", mount(spec.volume()));
            }
            body.texts("ports", spec.ports());
            body.texts("env", spec.env());
            // Empty args were reported to keep the image's own command from running.
            if (!spec.args().isEmpty()) {
                body.text("args", spec.args());
            }
        });
    }

    private static void hardware(JsonBody body, Hardware hardware) {
        if (hardware instanceof Hardware.Gpus gpus) {
            body.object("gpu", gpu -> {
                gpu.text("id", gpus.id());
                gpu.number("count", gpus.count());
                if (gpus.minCudaVersion() != null) {
                    gpu.text("minCudaVersion", gpus.minCudaVersion());
                }
            });
        } else if (hardware instanceof Hardware.Cpus cpus) {
            body.object("cpu", cpu -> {
                cpu.text("id", cpus.id());
                cpu.number("vcpuCount", cpus.vcpuCount());
            });
        } else {
            throw new AssertionError(hardware);
        }
    }

    private static Consumer<JsonBody> mount(VolumeMount volume) {
        if (volume instanceof VolumeMount.Network network) {
            return mounts -> mounts.arrayOfOne("network", mount -> {
                mount.text("volumeId", network.volumeId());
                mount.text("path", network.path());
            });
        }
        if (volume instanceof VolumeMount.Persistent persistent) {
            return mounts -> mounts.object("persistent", mount -> {
                mount.number("size", persistent.sizeGb());
                mount.text("path", persistent.path());
            });
        }
        throw new AssertionError(volume);
    }

    static String update(PodUpdate update) {
        return JsonBody.of(body -> {
            body.texts("env", update.env());
            if (!update.args().isEmpty()) {
                body.text("args", update.args());
            }
            body.texts("ports", update.ports());
        });
    }

    static String action(String action) {
        return JsonBody.of(body -> body.text("action", action));
    }

    static GpuType gpuType(Json json, CloudType cloud, int gpuCount) {
        String flag = cloud == CloudType.SECURE ? "secure" : "community";
        return new GpuType(
                json.member("id").text(),
                json.member("name").text(),
                json.member("memory").integer(),
                json.member("price").find(flag).map(Json::decimal).orElse(BigDecimal.ZERO),
                availability(json),
                dataCenters(json),
                json.member(flag).bool()
                        && json.find("maxCount")
                                        .flatMap(most -> most.find(flag))
                                        .map(Json::integer)
                                        .orElse(gpuCount)
                                >= gpuCount);
    }

    /** Empty for a CPU type that has no pod of this size. */
    static Optional<CpuType> cpuType(Json json, int vcpuCount) {
        Json vcpu = json.member("vcpu");
        if (vcpuCount < vcpu.member("min").integer()
                || vcpuCount > vcpu.member("max").integer()) {
            return Optional.empty();
        }
        BigDecimal count = BigDecimal.valueOf(vcpuCount);
        return Optional.of(new CpuType(
                json.member("id").text(),
                json.member("name").text(),
                json.member("ramGbPerVcpu").decimal().multiply(count),
                json.member("price").member("securePerVcpu").decimal().multiply(count),
                availability(json),
                dataCenters(json)));
    }

    private static Map<String, Availability> dataCenters(Json json) {
        Map<String, Availability> dataCenters = new LinkedHashMap<>();
        json.find("dataCenters").ifPresent(list -> list.items()
                .forEach(item -> dataCenters.put(item.member("id").text(), availability(item))));
        return dataCenters;
    }

    private static Availability availability(Json json) {
        return json.find("availability")
                .map(word -> Availability.of(word.text()))
                .orElse(Availability.NONE);
    }

    static NetworkVolume networkVolume(Json json) {
        return new NetworkVolume(
                json.member("id").text(),
                json.member("name").text(),
                json.member("size").integer(),
                json.member("dataCenter").text());
    }
}
