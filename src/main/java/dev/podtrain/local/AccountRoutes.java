package dev.podtrain.local;

import dev.podtrain.local.Account.Volume;
import dev.podtrain.local.Faults.Call;
import dev.podtrain.local.PodDefinition.Mounts;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code /v2/network-volumes} and {@code /v2/account/ssh-keys}. */
final class AccountRoutes {
    private static final Pattern SSH_KEY = Pattern.compile("^(ssh|ecdsa|sk)-[^\\s]+ [^\\s]+([ \\t][^\\n\\r]*)?$");
    private static final int SMALLEST = 10;
    private static final int LARGEST = 4096;

    private final StateDir state;
    private final AccountFile account;
    private final Catalog catalog;
    private final Pods pods;
    private final Faults faults;
    private final Ids ids;

    AccountRoutes(StateDir state, AccountFile account, Catalog catalog, Pods pods, Faults faults, Ids ids) {
        this.state = state;
        this.account = account;
        this.catalog = catalog;
        this.pods = pods;
        this.faults = faults;
        this.ids = ids;
    }

    void install(JavalinConfig config) {
        config.routes.before("/v2/network-volumes*", context -> begin(context, "network-volumes"));
        config.routes.get("/v2/network-volumes", this::listVolumes);
        config.routes.post("/v2/network-volumes", this::createVolume);
        config.routes.get("/v2/network-volumes/{id}", context -> HttpFront.answer(context, 200, needVolume(context)));
        config.routes.patch("/v2/network-volumes/{id}", this::changeVolume);
        config.routes.delete("/v2/network-volumes/{id}", this::deleteVolume);
        config.routes.get("/v2/account/ssh-keys", this::sshKeys);
        config.routes.put("/v2/account/ssh-keys", this::replaceSshKeys);
    }

    private void begin(Context context, String operation) {
        HttpFront.requireAccount(context);
        faults.refuse(Call.of(operation));
    }

    private void listVolumes(Context context) {
        HttpFront.answer(context, 200, Map.of("networkVolumes", account.get().volumes()));
    }

    private Volume needVolume(Context context) {
        return account.get()
                .volume(context.pathParam("id"))
                .orElseThrow(() -> Refusal.of(404, "network volume not found"));
    }

    private void createVolume(Context context) {
        Body body = Body.parse(context.bodyAsBytes());
        String name = body.needText("name");
        if (!body.has("size")) {
            body.fail("size", "property is missing");
        }
        int size = body.number("size", SMALLEST, LARGEST).orElse(SMALLEST);
        String dataCenter = body.needText("dataCenter");
        String type =
                body.oneOf("type", List.of("STANDARD", "HIGH_PERFORMANCE")).orElse("STANDARD");
        body.check();
        if (catalog.dataCenter(dataCenter)
                .filter(Catalog.DataCenter::networkVolumes)
                .isEmpty()) {
            String valid = catalog.dataCenters().stream()
                    .filter(Catalog.DataCenter::networkVolumes)
                    .map(Catalog.DataCenter::id)
                    .collect(Collectors.joining(", "));
            throw Refusal.of(400, "data center '" + dataCenter + "' does not support network volumes; valid: " + valid);
        }
        Volume volume = new Volume(ids.volumeId(), name, size, dataCenter, type);
        account.change(before -> {
            List<Volume> volumes = new ArrayList<>(before.volumes());
            volumes.add(volume);
            return before.withVolumes(volumes);
        });
        HttpFront.answer(context, 201, volume);
    }

    private void changeVolume(Context context) {
        Volume before = needVolume(context);
        Body body = Body.parse(context.bodyAsBytes());
        if (body.isEmpty()) {
            throw Refusal.invalid(List.of("$: minimum number of properties is 1"));
        }
        Optional<String> name = body.text("name");
        if (name.isPresent() && name.get().isEmpty()) {
            body.fail("name", "minimum string length is 1");
        }
        Optional<Integer> size = body.number("size", SMALLEST, LARGEST);
        body.check();
        if (size.isPresent() && size.get() <= before.size()) {
            throw Refusal.of(400, "size must be larger than the current size of " + before.size() + " GB");
        }
        Volume after = new Volume(
                before.id(),
                name.orElse(before.name()),
                size.orElse(before.size()),
                before.dataCenter(),
                before.type());
        account.change(old -> old.withVolumes(old.volumes().stream()
                .map(volume -> volume.id().equals(after.id()) ? after : volume)
                .toList()));
        HttpFront.answer(context, 200, after);
    }

    private void deleteVolume(Context context) {
        Volume volume = needVolume(context);
        boolean used = pods.list().stream()
                .flatMap(pod -> pod.definition().mounts().network().stream())
                .map(Mounts.Network::volumeId)
                .anyMatch(volume.id()::equals);
        if (used) {
            throw Refusal.of(400, "network volume is in use by a pod");
        }
        account.change(old -> old.withVolumes(old.volumes().stream()
                .filter(other -> !other.id().equals(volume.id()))
                .toList()));
        StateDir.delete(state.volume(volume.id()));
        context.status(204);
    }

    private record SshKeys(List<String> keys) {}

    private void sshKeys(Context context) {
        begin(context, "ssh-keys");
        HttpFront.answer(context, 200, new SshKeys(account.get().sshKeys()));
    }

    private void replaceSshKeys(Context context) {
        begin(context, "ssh-keys");
        Body body = Body.parse(context.bodyAsBytes());
        if (!body.has("keys")) {
            body.fail("keys", "property is missing");
        }
        List<String> keys = body.texts("keys", SSH_KEY).orElse(List.of());
        body.check();
        HttpFront.answer(
                context,
                200,
                new SshKeys(account.change(old -> old.withSshKeys(keys)).sshKeys()));
    }
}
