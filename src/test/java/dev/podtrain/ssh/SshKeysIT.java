package dev.podtrain.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
final class SshKeysIT {
    @Test
    void madeKeyIsOneThatOpenSshReads(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("new/run_key");

        String publicKey = SshKeys.ensure(key, "pod-train run");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(publicKey).startsWith("ssh-ed25519 AAAA").endsWith(" pod-train run");
        assertThat(SshdFixture.run("ssh-keygen", "-y", "-f", key.toString()).strip())
                .isEqualTo(publicKey);
        assertThat(key.getParent()).isDirectoryNotContaining(file -> !file.equals(key));
    }

    @Test
    void existingKeyIsKept(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key");
        String first = SshKeys.ensure(key, "run");
        byte[] content = Files.readAllBytes(key);

        assertThat(SshKeys.ensure(key, "run")).isEqualTo(first);
        assertThat(key).hasBinaryContent(content);
    }

    @Test
    void manyAtOnceGetTheSameKey(@TempDir Path folder) throws Exception {
        Set<String> keys = ConcurrentHashMap.newKeySet();
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(i -> new Thread(() -> keys.add(SshKeys.ensure(folder.resolve("key"), "run"))))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(keys).hasSize(1);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void keyWithAPassphraseIsNotSupported(@TempDir Path folder) throws Exception {
        for (String format : List.of("RFC4716", "PEM", "PKCS8")) {
            Path key = folder.resolve(format);
            SshdFixture.run(
                    "ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", format, "-N", "secret", "-f", key.toString());

            assertUsageProblem(() -> SshKeys.ensure(key, "me"), key, "passphrase");
        }
    }

    @Test
    void publicKeyInPlaceOfAPrivateOneIsNamed(@TempDir Path folder) throws Exception {
        SshdFixture.run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-f",
                folder.resolve("key").toString());
        Path publicKey = folder.resolve("key.pub");
        ownerOnly(publicKey);

        assertUsageProblem(() -> SshKeys.ensure(publicKey, "me"), publicKey, "without .pub");
    }

    @Test
    void garbageIsNotAKey(@TempDir Path folder) throws Exception {
        Random random = new Random(7);
        byte[] binary = new byte[3000];
        random.nextBytes(binary);
        String header = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
        String footer = "\n-----END OPENSSH PRIVATE KEY-----\n";
        List<byte[]> contents = List.of(
                new byte[0],
                binary,
                new byte[100_000],
                "just text\n".getBytes(StandardCharsets.UTF_8),
                (header + "AAAA" + footer).getBytes(StandardCharsets.UTF_8),
                (header + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB" + footer)
                        .getBytes(StandardCharsets.UTF_8),
                "-----BEGIN RSA PRIVATE KEY-----\nnot base64 at all!\n-----END RSA PRIVATE KEY-----\n"
                        .getBytes(StandardCharsets.UTF_8));
        Path key = folder.resolve("key");
        for (byte[] content : contents) {
            Files.write(key, content);
            ownerOnly(key);

            assertUsageProblem(() -> SshKeys.ensure(key, "me"), key, "no private key");
        }
    }

    @Test
    void keyThatOthersMayReadIsRefused(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key");
        SshKeys.ensure(key, "me");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

        assertUsageProblem(() -> SshKeys.ensure(key, "me"), key, "chmod 600");
    }

    @Test
    void folderInPlaceOfAKeyIsNamed(@TempDir Path folder) throws Exception {
        Path key = Files.createDirectory(
                folder.resolve("key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertUsageProblem(() -> SshKeys.ensure(key, "me"), key, "not a file");
    }

    @Test
    void problemShowsNothingOfTheKey(@TempDir Path folder) throws Exception {
        Path key = folder.resolve("key");
        Files.writeString(key, "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----\n");
        ownerOnly(key);

        assertThatThrownBy(() -> SshKeys.ensure(key, "me"))
                .hasStackTraceContaining("SshKeys")
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("CANARY"));
    }

    private static void ownerOnly(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void assertUsageProblem(ThrowingCallable call, Path key, String part) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> {
            Problem problem = e.problem();
            assertThat(problem.kind()).isEqualTo(Problem.Kind.USAGE);
            assertThat(problem.what()).contains(key.toString());
            assertThat(problem.why() + problem.next()).contains(part);
        });
    }
}
