package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.config.Account;
import dev.podtrain.config.CloudChoice;
import dev.podtrain.config.PodSettings;
import dev.podtrain.config.Settings;
import dev.podtrain.pod.Availability;
import dev.podtrain.pod.Balance;
import dev.podtrain.pod.CloudType;
import dev.podtrain.pod.GpuType;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.Pod;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the provider says of the account; reads only. */
final class AccountChecks {
    private static final String GROUP = "account";

    /** Signatures and tokens start to be refused at some minutes; RunPod's answers carry whole seconds. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(60);

    private final Cloud cloud;
    private final Time time;
    private final List<Check> checks = new ArrayList<>();

    AccountChecks(Cloud cloud, Time time) {
        this.cloud = cloud;
        this.time = time;
    }

    List<Check> run(Account account, Optional<Settings> settings) throws InterruptedException {
        long start = time.nanoTime();
        List<Pod> pods;
        try {
            pods = cloud.pods().list();
        } catch (ProblemException e) {
            checks.add(Doctor.problem(GROUP, "API key", e));
            checks.add(Check.skipped(GROUP, "volume, GPU, balance", "not asked: the key or the way comes first"));
            return checks;
        }
        long millis = Duration.ofNanos(time.nanoTime() - start).toMillis();
        checks.add(Check.ok(GROUP, "network", account.apiUrl().getHost() + " answered in " + millis + " ms"));
        checks.add(Check.ok(GROUP, "API key", "accepted; it may read pods (" + pods.size() + " in the account)"));
        // Nothing that writes can be tried without writing; a key that only reads is refused by the first create.
        checks.add(Check.ok(
                GROUP,
                "rights",
                "whether the key may rent and end pods shows only when it does; RunPod's console tells"));
        clock();
        Optional<NetworkVolume> volume = volume(account);
        if (settings.isPresent()) {
            gpus(settings.get().pod(), volume);
        } else {
            checks.add(Check.skipped(GROUP, "GPU_TYPE", "not asked: the settings above come first"));
        }
        balance();
        return checks;
    }

    private void clock() {
        Optional<Duration> difference = cloud.pods().clockDifference();
        if (difference.isEmpty()) {
            checks.add(Check.skipped(GROUP, "clock", "the answer carried no time"));
            return;
        }
        Duration size = difference.get().abs();
        if (size.compareTo(CLOCK_TOLERANCE) <= 0) {
            checks.add(Check.ok(GROUP, "clock", "agrees with RunPod's"));
        } else {
            String side = difference.get().isNegative() ? "ahead of" : "behind";
            checks.add(Check.warning(
                    GROUP,
                    "clock",
                    "this machine's clock is " + Durations.text(size) + " " + side + " RunPod's: times and costs"
                            + " are off by that, and encrypted connections may fail",
                    "set the clock, for example with: timedatectl set-ntp true"));
        }
    }

    private Optional<NetworkVolume> volume(Account account) throws InterruptedException {
        String id = account.networkVolumeId();
        try {
            if (id == null) {
                List<String> names = cloud.pods().networkVolumes().stream()
                        .map(AccountChecks::text)
                        .toList();
                checks.add(Check.error(
                        GROUP,
                        "network volume",
                        Problem.Kind.USAGE,
                        "none is chosen; the account has " + (names.isEmpty() ? "none" : String.join("; ", names)),
                        names.isEmpty()
                                ? "make one in RunPod's console under Storage"
                                : "put the id of one into .runpod.env: NETWORK_VOLUME_ID=…"));
                return Optional.empty();
            }
            Optional<NetworkVolume> volume = cloud.pods().networkVolume(id);
            checks.add(volume.map(found -> Check.ok(GROUP, "network volume", text(found)))
                    .orElseGet(() -> Check.error(
                            GROUP,
                            "network volume",
                            Problem.Kind.USAGE,
                            "the account has no network volume " + id,
                            "correct NETWORK_VOLUME_ID; RunPod's console lists them under Storage")));
            return volume;
        } catch (ProblemException e) {
            checks.add(Doctor.problem(GROUP, "network volume", e));
            return Optional.empty();
        }
    }

    private static String text(NetworkVolume volume) {
        return volume.id() + " (" + volume.name() + ") of " + volume.sizeGb() + " GB in " + volume.dataCenter();
    }

    private void gpus(PodSettings pod, Optional<NetworkVolume> volume) throws InterruptedException {
        if (pod.cloud() == CloudChoice.COMMUNITY) {
            checks.add(Check.error(
                    GROUP,
                    "CLOUD_TYPE",
                    Problem.Kind.USAGE,
                    "network volumes exist in the Secure Cloud only",
                    "set CLOUD_TYPE=SECURE or remove it"));
            return;
        }
        try {
            List<GpuType> catalog = cloud.pods().gpuTypes(CloudType.SECURE, pod.gpuCount());
            for (String id : pod.gpuTypes()) {
                checks.add(gpu(id, pod.gpuCount(), catalog, volume));
            }
        } catch (ProblemException e) {
            checks.add(Doctor.problem(GROUP, "GPU_TYPE", e));
        }
    }

    private static Check gpu(String id, int count, List<GpuType> catalog, Optional<NetworkVolume> volume) {
        Optional<GpuType> found =
                catalog.stream().filter(gpu -> gpu.id().equals(id)).findFirst();
        if (found.isEmpty()) {
            return Check.error(
                    GROUP,
                    id,
                    Problem.Kind.USAGE,
                    "RunPod has no GPU type of this name",
                    "correct GPU_TYPE; the names are RunPod's, letter by letter, such as NVIDIA GeForce RTX 4090");
        }
        if (!found.get().offered()) {
            return Check.warning(
                    GROUP,
                    id,
                    "RunPod sells no pod with " + count + " of these in the Secure Cloud",
                    "choose another GPU_TYPE, or a smaller GPU_COUNT");
        }
        String price = count + " x " + found.get().priceUsd().toPlainString() + " USD an hour";
        if (volume.isEmpty()) {
            return Check.ok(GROUP, id, price);
        }
        String place = volume.get().dataCenter();
        Availability stock = found.get().dataCenters().getOrDefault(place, Availability.NONE);
        return stock == Availability.NONE
                ? Check.warning(
                        GROUP, id, price + "; none free in " + place + " now", "add another GPU to GPU_TYPE, or wait")
                : Check.ok(
                        GROUP,
                        id,
                        price + "; stock in " + place + " " + stock.name().toLowerCase(Locale.ROOT));
    }

    private void balance() throws InterruptedException {
        Optional<Balance> balance = cloud.account().balance();
        if (balance.isEmpty()) {
            checks.add(Check.warning(
                    GROUP,
                    "balance",
                    "could not be read",
                    "look into RunPod's console; a key with restricted rights may not read it"));
            return;
        }
        BigDecimal left = balance.get().balanceUsd();
        BigDecimal spending = balance.get().spendPerHourUsd();
        String text =
                left.toPlainString() + " USD; the account spends " + spending.toPlainString() + " USD an hour now";
        boolean low = left.signum() <= 0 || left.compareTo(spending) < 0;
        checks.add(
                low
                        ? Check.warning(GROUP, "balance", text, "add credit: at zero RunPod stops every pod")
                        : Check.ok(GROUP, "balance", text));
    }
}
