package dev.podtrain.local;

import dev.podtrain.local.PodDefinition.Compute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A pod's container disk: the folder its sandbox sees as {@code /}. It holds what a fresh container of the image holds,
 * and in {@code /etc/local-cloud} what the stand-ins of the tools read.
 */
final class ContainerDisk {
    private final Path root;

    ContainerDisk(Path root) {
        this.root = root;
    }

    /** A disk as after pulling the image; whatever was there is gone. */
    void makeFresh(long userId) {
        StateDir.delete(root);
        try {
            for (String folder : new String[] {"etc/ssh", "etc/local-cloud", "run/sshd", "var/log", "var/tmp", "tmp"}) {
                Files.createDirectories(root.resolve(folder));
            }
            for (String folder : new String[] {"tmp", "var/tmp"}) {
                Files.setPosixFilePermissions(root.resolve(folder), PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            for (String folder : new String[] {"", "etc", "etc/ssh", "run", "run/sshd", "var", "var/log"}) {
                Files.setPosixFilePermissions(root.resolve(folder), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            StateDir.createPrivate(root.resolve("root"));
            for (String link : new String[] {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
                if (Files.exists(Path.of("/", link))) {
                    Files.createSymbolicLink(root.resolve(link), Path.of("usr", link));
                }
            }
            // The owner of the sandbox is called root, whatever its number: sshd running as an ordinary user can let in
            // nobody else, and so root@pod works for both.
            put("etc/passwd", """
                    root:x:%d:%d:root:/root:/bin/bash
                    sshd:x:65533:65534:sshd:/run/sshd:/usr/sbin/nologin
                    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                    """.formatted(userId, userId));
            put("etc/group", "root:x:%d:\nnogroup:x:65534:\n".formatted(userId));
            // Without an entry that is not locked, sshd turns the account away.
            put("etc/shadow", "root:NP:19000:0:99999:7:::\n");
            put("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n");
            // As in Ubuntu's: what is appended reaches interactive shells only, not "ssh host command".
            put("root/.bashrc", "[ -z \"$PS1\" ] && return\n");
            put("root/.profile", "[ -n \"$BASH_VERSION\" ] && . ~/.bashrc\n");
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make the container disk " + root, failure);
        }
    }

    void writeSshConfig(int port) {
        put("etc/ssh/sshd_config", """
                Port %d
                ListenAddress 127.0.0.1
                HostKey /etc/ssh/ssh_host_ecdsa_key
                HostKey /etc/ssh/ssh_host_ed25519_key
                AuthorizedKeysFile .ssh/authorized_keys
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                UsePAM no
                StrictModes no
                PidFile none
                PrintMotd no
                UseDNS no
                MaxStartups 100
                MaxSessions 100
                Subsystem sftp internal-sftp
                SetEnv PATH=%s
                """.formatted(port, PodImage.PATH));
    }

    /** Tells {@code nvidia-smi} what it finds. */
    void writeGpus(String podId, Compute compute, int count, int memoryGb) {
        StringBuilder lines = new StringBuilder();
        for (int index = 0; index < count; index++) {
            lines.append("%d|GPU-%08x-%04x-4000-8000-%012x|%s|%d%n"
                    .formatted(index, podId.hashCode(), index, index, compute.gpuId(), memoryGb * 1024));
        }
        put("etc/local-cloud/gpus", lines.toString());
    }

    void writeUtilization(int percent) {
        put("etc/local-cloud/gpu_utilization", percent + "\n");
    }

    /** {@code right}, {@code mismatch} or {@code silent}: which fingerprints the start script shows. */
    void writeHostKeyMode(String mode) {
        put("etc/local-cloud/host_keys", mode + "\n");
    }

    void writeAddresses(String apiUrl, String graphqlUrl) {
        put("etc/local-cloud/api_url", apiUrl + "\n");
        put("etc/local-cloud/graphql_url", graphqlUrl + "\n");
    }

    void delete() {
        StateDir.delete(root);
    }

    private void put(String name, String content) {
        try {
            Files.write(root.resolve(name), content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write /" + name + " of the container disk " + root, failure);
        }
    }
}
