package dev.podtrain.local;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What belongs to the account and outlives the process.
 *
 * @param port where the API listened last: pods know the address, so it is taken again
 * @param apiKey the account's key, as good as the provider's
 * @param controlKey opens the control endpoint, which the provider does not have
 * @param s3AccessKey with the secret one, opens the network volumes' S3 API
 * @param balance USD before anything was spent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Account(
        int port,
        String apiKey,
        String controlKey,
        String s3AccessKey,
        String s3SecretKey,
        List<String> sshKeys,
        List<Volume> volumes,
        BigDecimal balance) {
    Account {
        sshKeys = List.copyOf(sshKeys);
        volumes = List.copyOf(volumes);
    }

    /** @param size GB; only a number here */
    record Volume(String id, String name, int size, String dataCenter, String type) {}

    /** The account with one volume, {@code local}: what a first run needs. */
    static Account fresh(Ids ids) {
        return new Account(
                0,
                ids.key("rpa_"),
                ids.key("control_"),
                ids.key("user_"),
                ids.key("rps_"),
                List.of(),
                List.of(new Volume("local", "local", 100, "EU-RO-1", "STANDARD")),
                new BigDecimal("100"));
    }

    /** The account as it was written; one from before there was S3 gets keys for it. */
    static Optional<Account> load(Path file, Ids ids) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            ObjectNode account = (ObjectNode) Json.tree(Files.readAllBytes(file));
            if (!account.has("s3AccessKey")) {
                account.put("s3AccessKey", ids.key("user_")).put("s3SecretKey", ids.key("rps_"));
            }
            return Optional.of(Json.convert(account, Account.class));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + file, failure);
        }
    }

    Account listeningAt(int newPort) {
        return new Account(newPort, apiKey, controlKey, s3AccessKey, s3SecretKey, sshKeys, volumes, balance);
    }

    Account withSshKeys(List<String> newKeys) {
        return new Account(port, apiKey, controlKey, s3AccessKey, s3SecretKey, newKeys, volumes, balance);
    }

    Account withVolumes(List<Volume> newVolumes) {
        return new Account(port, apiKey, controlKey, s3AccessKey, s3SecretKey, sshKeys, newVolumes, balance);
    }

    Optional<Volume> volume(String id) {
        return volumes.stream().filter(volume -> volume.id().equals(id)).findFirst();
    }
}
