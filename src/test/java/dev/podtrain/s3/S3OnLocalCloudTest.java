package dev.podtrain.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.FakeTime;
import dev.podtrain.base.Problem;
import dev.podtrain.base.Problem.Kind;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.local.Fault;
import dev.podtrain.local.LocalCloudFixture;
import dev.podtrain.local.LocalEndpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against the local cloud's S3, with everything that may go wrong there. Parts are of 100 kB. */
@Timeout(180)
class S3OnLocalCloudTest {
    private static final int PART = 100_000;
    private static final UploadLimits SMALL_PARTS =
            new UploadLimits(PART, 4, Duration.ofSeconds(20), Duration.ofSeconds(5));

    private static LocalCloudFixture fixture;

    private final QuietProgress progress = new QuietProgress();
    private S3Volume volume;

    @BeforeAll
    static void startCloud() {
        fixture = LocalCloudFixture.start();
    }

    @AfterAll
    static void endCloud() {
        fixture.close();
    }

    @BeforeEach
    void open() {
        volume = new S3Volume(access(fixture.endpoint()), new FakeTime(), progress, SMALL_PARTS);
    }

    @AfterEach
    void emptyVolume() throws IOException {
        volume.close();
        fixture.cloud().clearFaults();
        if (Files.exists(file(""))) {
            try (Stream<Path> all = Files.walk(file(""))) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static S3Access access(LocalEndpoint endpoint) {
        return new S3Access(
                endpoint.s3Url().resolve("eu-ro-1/"),
                "EU-RO-1",
                "local",
                endpoint.s3AccessKey(),
                endpoint.s3SecretKey());
    }

    private static Path file(String name) {
        return fixture.volume("local").resolve(name);
    }

    private static void writeInPod(String name, byte[] content) throws IOException {
        Files.createDirectories(file(name).getParent());
        Files.write(file(name), content);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** A source that counts what is read of it. */
    private static S3Volume.Source source(byte[] content, AtomicLong read) {
        return (offset, length) -> {
            read.addAndGet(length);
            return new ByteArrayInputStream(content, (int) offset, (int) length);
        };
    }

    private void put(String key, byte[] content) throws InterruptedException {
        volume.put(key, source(content, new AtomicLong()), content.length, count -> {});
    }

    private byte[] get(String key, long offset, long length) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        volume.get(key, offset, length, out);
        return out.toByteArray();
    }

    private List<String> keys(String prefix) throws InterruptedException {
        List<String> keys = new ArrayList<>();
        volume.list(prefix, object -> keys.add(object.key()));
        return keys;
    }

    private void inject(Fault fault) {
        fixture.cloud().inject(fault);
    }

    @Test
    void smallObjectIsAFileForPods() throws Exception {
        put("data/speech/a.wav", random(1000));

        assertThat(file("data/speech/a.wav")).hasBinaryContent(random(1000));
    }

    @Test
    void emptyObjectIsAnEmptyFile() throws Exception {
        put("data/empty", new byte[0]);

        assertThat(file("data/empty")).isEmptyFile();
    }

    @Test
    void bigObjectInPartsIsOneFile() throws Exception {
        byte[] content = random(7 * PART + 123);
        AtomicLong told = new AtomicLong();

        volume.put("data/big", source(content, new AtomicLong()), content.length, told::addAndGet);

        assertThat(file("data/big")).hasBinaryContent(content);
        assertThat(told).hasValue(content.length);
        assertThat(volume.head("data/big").orElseThrow().etag()).endsWith("-8");
    }

    @Test
    void fileOfAPodIsAnObject() throws Exception {
        writeInPod("out/checkpoint-10/model.bin", random(5000));

        assertThat(volume.head("out/checkpoint-10/model.bin").orElseThrow().size())
                .isEqualTo(5000);
        assertThat(get("out/checkpoint-10/model.bin", 0, 5000)).isEqualTo(random(5000));
    }

    @Test
    void partOfAnObjectIsRead() throws Exception {
        put("k", "0123456789".getBytes(StandardCharsets.UTF_8));

        assertThat(get("k", 3, 4)).asString(StandardCharsets.UTF_8).isEqualTo("3456");
    }

    @Test
    void readingBeyondTheEndIsAProblem() throws Exception {
        put("k", "0123456789".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> get("k", 8, 5))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("only 10 bytes");
    }

    @Test
    void listingHasFilesAndEmptyDirectoriesInOrder() throws Exception {
        Files.createDirectories(file("data/nothing"));
        writeInPod("data/b/2", random(1));
        writeInPod("data/b-1", random(1));
        writeInPod("data.txt", random(1));
        writeInPod("other", random(1));

        assertThat(keys("data")).containsExactly("data.txt", "data/b-1", "data/b/2", "data/nothing/");
    }

    @Test
    void listingHasNoEndAtAThousand() throws Exception {
        for (int i = 0; i < 2100; i++) {
            writeInPod("many/f%04d".formatted(i), new byte[0]);
        }

        List<String> keys = keys("many/");

        assertThat(keys).hasSize(2100).isSorted();
    }

    @Test
    void oddNamesGoBothWays() throws Exception {
        List<String> names = List.of(
                "odd/ leading and trailing ",
                "odd/#hash?question&and=equals",
                "odd/%41 percent",
                "odd/+plus",
                "odd/-dash",
                "odd/;semi,comma:colon",
                "odd/line\nbreak",
                "odd/quote\"'<tag>",
                "odd/ünï-日本-🎵");

        for (String name : names) {
            put(name, name.getBytes(StandardCharsets.UTF_8));
        }

        assertThat(keys("odd/")).containsExactlyElementsOf(names);
        for (String name : names) {
            assertThat(file(name)).hasContent(name);
            assertThat(get(name, 0, name.getBytes(StandardCharsets.UTF_8).length))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(name);
        }
    }

    @Test
    void deletedObjectIsGoneAndDeletingAgainIsFine() throws Exception {
        put("k", random(10));

        volume.delete("k");
        volume.delete("k");

        assertThat(volume.head("k")).isEmpty();
        assertThat(file("k")).doesNotExist();
    }

    @Test
    void linkOutOfTheVolumeLeadsNowhere() throws Exception {
        writeInPod("data/a", random(1));
        Files.createSymbolicLink(file("way-out"), Path.of("/etc"));

        assertThat(keys("")).containsExactly("data/a");
        assertThat(volume.head("way-out/passwd")).isEmpty();
        assertThatThrownBy(() -> put("way-out/mine", random(1))).isInstanceOf(ProblemException.class);
    }

    @Test
    void burstOfBadGatewaysIsSurvived() throws Exception {
        inject(Fault.next(Fault.Kind.SERVER_ERROR)
                .on("s3-upload-part")
                .status(502)
                .times(9));
        byte[] content = random(3 * PART);

        put("data/big", content);

        assertThat(file("data/big")).hasBinaryContent(content);
        assertThat(progress.reports).hasSize(9);
    }

    @Test
    void completionThatTimedOutButSucceededIsASuccess() throws Exception {
        inject(Fault.next(Fault.Kind.LOST_ANSWER).on("s3-complete-upload").status(524));
        byte[] content = random(2 * PART);

        put("data/big", content);

        assertThat(file("data/big")).hasBinaryContent(content);
    }

    @Test
    void completionWhoseConnectionBrokeAndThatSucceededIsASuccess() throws Exception {
        inject(Fault.next(Fault.Kind.LOST_ANSWER).on("s3-complete-upload").status(0));
        inject(Fault.next(Fault.Kind.OBJECT_MISSING).times(3));
        byte[] content = random(2 * PART);

        put("data/big", content);

        assertThat(file("data/big")).hasBinaryContent(content);
    }

    @Test
    void completionThatFailedIsNotTakenForDoneBecauseAnOlderObjectHasTheSameSize() throws Exception {
        byte[] old = random(2 * PART);
        put("data/big", old);
        byte[] content = old.clone();
        content[5]++;
        inject(Fault.always(Fault.Kind.SERVER_ERROR).on("s3-complete-upload").status(524));

        assertThatThrownBy(() -> put("data/big", content)).isInstanceOf(ProblemException.class);

        assertThat(file("data/big")).hasBinaryContent(old);
    }

    @Test
    void interruptedUploadGoesOnWithThePartsThatAreThere() throws Exception {
        byte[] content = random(10 * PART);
        inject(Fault.always(Fault.Kind.SERVER_ERROR).on("s3-complete-upload").status(502));
        assertThatThrownBy(() -> put("data/big", content)).isInstanceOf(ProblemException.class);
        assertThat(keys("")).isEmpty();
        fixture.cloud().clearFaults();
        inject(Fault.always(Fault.Kind.VOLUME_FULL).on("s3-upload-part"));
        inject(Fault.always(Fault.Kind.VOLUME_FULL).on("s3-create-upload"));
        AtomicLong told = new AtomicLong();

        volume.put("data/big", source(content, new AtomicLong()), content.length, told::addAndGet);

        assertThat(file("data/big")).hasBinaryContent(content);
        assertThat(told).hasValue(content.length);
    }

    @Test
    void partsOfAnotherVersionAreNotMixedIn() throws Exception {
        byte[] old = random(4 * PART);
        inject(Fault.always(Fault.Kind.SERVER_ERROR).on("s3-complete-upload").status(502));
        assertThatThrownBy(() -> put("data/big", old)).isInstanceOf(ProblemException.class);
        fixture.cloud().clearFaults();
        byte[] content = old.clone();
        content[2 * PART + 7]++;

        put("data/big", content);

        assertThat(file("data/big")).hasBinaryContent(content);
    }

    @Test
    void fullVolumeLeavesNothingVisible() throws Exception {
        inject(Fault.always(Fault.Kind.VOLUME_FULL).on("s3-upload-part"));

        Problem problem = catchThrowableOfType(ProblemException.class, () -> put("data/big", random(3 * PART)))
                .problem();

        assertThat(problem.why()).isEqualTo("network volume local is full");
        assertThat(problem.left()).startsWith("nothing of it is visible");
        assertThat(keys("")).isEmpty();
    }

    @Test
    void objectThatIsNotFoundAtFirstIsLookedForAgain() throws Exception {
        inject(Fault.next(Fault.Kind.OBJECT_MISSING).times(4));

        put("k", random(10));

        assertThat(file("k")).exists();
    }

    @Test
    void answerThatEndsHalfWayIsContinued() throws Exception {
        put("k", random(300_000));
        inject(Fault.next(Fault.Kind.CUT_ANSWER).times(3));

        assertThat(get("k", 0, 300_000)).isEqualTo(random(300_000));
    }

    @Test
    void wrongSecretKeyIsRefused() {
        S3Access right = access(fixture.endpoint());
        S3Access wrong = new S3Access(
                right.endpoint(), right.region(), right.bucket(), right.accessKey(), Secret.of("rps_wrong"));

        try (S3Volume locked = new S3Volume(wrong, new FakeTime(), progress)) {
            Problem problem = catchThrowableOfType(ProblemException.class, () -> locked.list("", object -> {}))
                    .problem();
            assertThat(problem.kind()).isEqualTo(Kind.NOT_AUTHENTICATED);
            assertThat(problem.why()).contains("SignatureDoesNotMatch");
        }
    }

    @Test
    void keysThatWereWithdrawnAreSaid() {
        inject(Fault.next(Fault.Kind.S3_KEYS_REFUSED));

        Problem problem = catchThrowableOfType(ProblemException.class, () -> put("k", random(1)))
                .problem();

        assertThat(problem.kind()).isEqualTo(Kind.NOT_AUTHENTICATED);
    }

    @Test
    void volumeOfAnotherDataCenterIsNotThere() {
        S3Access here = access(fixture.endpoint());
        S3Access elsewhere = new S3Access(
                fixture.endpoint().s3Url().resolve("eu-cz-1/"), "EU-CZ-1", "local", here.accessKey(), here.secretKey());

        try (S3Volume there = new S3Volume(elsewhere, new FakeTime(), progress)) {
            assertThatThrownBy(() -> there.list("", object -> {}))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("network volume local is not in EU-CZ-1");
        }
    }

    @Test
    void sourceThatCannotBeReadLeavesNothingVisible() throws Exception {
        assertThatThrownBy(() -> volume.put(
                        "data/big",
                        (offset, length) -> {
                            if (offset > 0) {
                                throw new IOException("unreadable");
                            }
                            return new ByteArrayInputStream(random(PART));
                        },
                        3 * PART,
                        count -> {}))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("unreadable");
        assertThat(keys("")).isEmpty();
    }
}
