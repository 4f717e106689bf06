package dev.podtrain.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.podtrain.base.FakeTime;
import dev.podtrain.base.Problem;
import dev.podtrain.base.Problem.Kind;
import dev.podtrain.base.ProblemException;
import dev.podtrain.s3.PlayedS3.Answer;
import dev.podtrain.s3.PlayedS3.Play;
import dev.podtrain.s3.PlayedS3.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is really sent for an object, and what becomes of the answers. */
class S3VolumeTest {
    private static final String CONTENT = "hello";

    private final FakeTime time = new FakeTime();
    private final QuietProgress progress = new QuietProgress();

    /** Something done with a volume. */
    private interface Action {
        void run(S3Volume volume) throws InterruptedException;
    }

    /** The requests that the action led to. */
    private List<Request> played(Play play, Action action) throws InterruptedException {
        try (PlayedS3 server = new PlayedS3(play);
                S3Volume volume = new S3Volume(server.access(), time, progress)) {
            action.run(volume);
            return List.copyOf(server.requests);
        }
    }

    private Problem problem(Play play, Action action) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, () -> played(play, action));
        return thrown.problem();
    }

    private static void put(S3Volume volume) throws InterruptedException {
        volume.put("data/a.txt", (offset, length) -> bytes(CONTENT), CONTENT.length(), count -> {});
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Play puttingAnswers(Answer... answers) {
        AtomicInteger next = new AtomicInteger();
        return request -> request.method().equals("PUT")
                ? answers[Math.min(next.getAndIncrement(), answers.length - 1)]
                : Answer.object(CONTENT.length());
    }

    private static final Answer DONE = Answer.of(200, "").with("ETag", "\"e1\"");

    @Test
    void objectTravelsInOnePlainlySignedRequest() throws InterruptedException {
        Request put = played(puttingAnswers(DONE), S3VolumeTest::put).get(0);

        assertThat(put.target()).isEqualTo("PUT /vol1/data/a.txt");
        assertThat(put.body()).isEqualTo(CONTENT);
        assertThat(put.headers().get("authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=user_a/")
                .contains("/EU-RO-1/s3/aws4_request")
                .doesNotContain("rps_b");
        // Of the body itself: echo -n hello | sha256sum.
        assertThat(put.headers())
                .containsEntry(
                        "x-amz-content-sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }

    @Test
    void nothingIsSentThatOlderServicesDoNotKnow() throws InterruptedException {
        List<Request> requests = played(puttingAnswers(DONE), S3VolumeTest::put);

        assertThat(requests).hasSize(2).allSatisfy(request -> assertThat(
                        request.headers().keySet())
                .noneMatch(name -> name.contains("checksum") || name.contains("trailer"))
                .doesNotContain("expect", "content-encoding", "transfer-encoding", "x-amz-decoded-content-length"));
    }

    @Test
    void programSaysWhoItIs() throws InterruptedException {
        assertThat(played(puttingAnswers(DONE), S3VolumeTest::put))
                .extracting(request -> request.headers().get("user-agent"))
                .containsOnly("pod-train/development");
    }

    @Test
    void oddNamesArriveAsTheyAre() throws InterruptedException {
        String key = "a b#?ü/%2F+&=;'\"~/./..x/-c";

        Request head =
                played(request -> Answer.object(1), volume -> volume.head(key)).get(0);

        assertThat(head.uri().getPath()).isEqualTo("/vol1/" + key);
    }

    @Test
    void eachByteIsToldOfOnceHoweverOftenItIsSent() throws InterruptedException {
        List<Long> told = new ArrayList<>();

        played(
                puttingAnswers(Answer.of(502, "bad gateway"), DONE),
                volume -> volume.put("k", (offset, length) -> bytes(CONTENT), CONTENT.length(), told::add));

        assertThat(told).containsExactly(5L);
    }

    @Test
    void failuresThatPassAreWaitedFor() throws InterruptedException {
        Answer[] answers = {
            Answer.of(502, "<html>"),
            Answer.of(503, ""),
            Answer.of(524, "error code: 524"),
            Answer.error(429, "SlowDown"),
            Answer.of(504, ""),
            Answer.error(500, "InternalError"),
            Answer.of(502, ""),
            Answer.of(502, ""),
            Answer.of(502, ""),
            Answer.of(502, ""),
            DONE
        };

        List<Request> requests = played(puttingAnswers(answers), S3VolumeTest::put);

        assertThat(requests)
                .filteredOn(request -> request.method().equals("PUT"))
                .hasSize(11);
        assertThat(progress.reports).hasSize(10).first().asString().contains("502", "1 s", "try 2 of 12");
    }

    @Test
    void brokenConnectionIsTriedAgain() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();

        List<Request> requests = played(
                request -> asked.getAndIncrement() < 3 ? null : Answer.object(1),
                volume -> assertThat(volume.head("k")).isPresent());

        assertThat(requests).hasSizeGreaterThanOrEqualTo(4);
    }

    @Test
    void serviceThatStaysAwayIsGivenUp() {
        Problem problem = problem(puttingAnswers(Answer.of(502, "")), S3VolumeTest::put);

        assertThat(problem.kind()).isEqualTo(Kind.FAILED);
        assertThat(problem.why()).contains("502", "12 tries");
    }

    @Test
    void serviceSaysHowLongToWait() throws InterruptedException {
        long before = time.nanoTime();

        played(puttingAnswers(Answer.of(503, "").with("Retry-After", "7"), DONE), S3VolumeTest::put);

        assertThat(Duration.ofNanos(time.nanoTime() - before)).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void wrongKeysAreSaidAtOnce() {
        AtomicInteger puts = new AtomicInteger();

        Problem problem = problem(
                request -> {
                    puts.incrementAndGet();
                    return Answer.error(403, "SignatureDoesNotMatch");
                },
                S3VolumeTest::put);

        assertThat(puts).hasValue(1);
        assertThat(problem.kind()).isEqualTo(Kind.NOT_AUTHENTICATED);
        assertThat(problem.next()).contains("RUNPOD_S3_ACCESS_KEY", "RUNPOD_S3_SECRET_KEY");
        assertThat(problem.toString()).doesNotContain("rps_b");
    }

    @Test
    void denialThatComesAndGoesIsTriedAgain() throws InterruptedException {
        Answer denied = Answer.error(403, "AccessDenied");

        List<Request> requests = played(puttingAnswers(denied, denied, DONE), S3VolumeTest::put);

        assertThat(requests).hasSize(4);
    }

    @Test
    void volumeElsewhereIsNamed() {
        Problem problem = problem(puttingAnswers(Answer.error(404, "NoSuchBucket")), S3VolumeTest::put);

        assertThat(problem.why()).contains("vol1", "EU-RO-1");
        assertThat(problem.next()).contains("NETWORK_VOLUME_ID");
    }

    @Test
    void fullVolumeIsNotTriedAgain() {
        Problem problem = problem(puttingAnswers(Answer.of(507, "")), S3VolumeTest::put);

        assertThat(problem.why()).isEqualTo("network volume vol1 is full");
        assertThat(progress.reports).isEmpty();
    }

    @Test
    void objectThatShowsUpLateIsAwaited() throws InterruptedException {
        AtomicInteger looks = new AtomicInteger();

        played(
                request -> {
                    if (request.method().equals("PUT")) {
                        return DONE;
                    }
                    return looks.incrementAndGet() < 4 ? Answer.of(404, "") : Answer.object(CONTENT.length());
                },
                S3VolumeTest::put);

        assertThat(looks).hasValue(4);
    }

    @Test
    void objectThatNeverShowsUpIsNotCalledDone() {
        Problem problem =
                problem(request -> request.method().equals("PUT") ? DONE : Answer.of(404, ""), S3VolumeTest::put);

        assertThat(problem.why()).contains("no such object");
    }

    @Test
    void objectOfAnotherSizeIsNotCalledDone() {
        Problem problem =
                problem(request -> request.method().equals("PUT") ? DONE : Answer.object(3), S3VolumeTest::put);

        assertThat(problem.why()).contains("3 instead of 5 bytes");
    }

    @Test
    void sourceThatEndsEarlyIsTheCallersFailure() {
        assertThatThrownBy(() -> played(
                        puttingAnswers(DONE),
                        volume -> volume.put("k", (offset, length) -> bytes("hel"), 5, count -> {})))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(EOFException.class);
        assertThat(progress.reports).isEmpty();
    }

    @Test
    void missingObjectIsAnAnswer() throws InterruptedException {
        played(request -> Answer.of(404, ""), volume -> assertThat(volume.head("k"))
                .isEqualTo(Optional.empty()));
    }

    private static String page(String keys, String token) {
        return "<ListBucketResult><IsTruncated>" + !token.isEmpty() + "</IsTruncated>"
                + (token.isEmpty() ? "" : "<NextContinuationToken>" + token + "</NextContinuationToken>")
                + keys + "</ListBucketResult>";
    }

    private static String contents(String key) {
        return "<Contents><Key>" + key + "</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified>"
                + "<ETag>&quot;e1&quot;</ETag><Size>3</Size></Contents>";
    }

    @Test
    void listingGoesThroughAllPages() throws InterruptedException {
        List<String> keys = new ArrayList<>();

        played(
                request -> Answer.of(
                        200,
                        request.uri().getRawQuery().contains("continuation-token=t1")
                                ? page(contents("data/b"), "")
                                : page(contents("data/") + contents("data/a"), "t1")),
                volume -> volume.list("data/", object -> keys.add(object.key())));

        assertThat(keys).containsExactly("data/", "data/a", "data/b");
    }

    @Test
    void listingThatTurnsInACircleIsEnded() {
        Problem problem =
                problem(request -> Answer.of(200, page(contents("a"), "t1")), volume -> volume.list("", object -> {}));

        assertThat(problem.why()).contains("same continuation token twice");
    }

    @Test
    void readingGoesOnWhereTheConnectionBroke() throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        List<Request> requests = played(
                request -> "bytes=2-6".equals(request.headers().get("range"))
                        ? Answer.of(206, "cdefg")
                                .with("Content-Range", "bytes 2-6/9")
                                .endingEarlyBy(3)
                        : Answer.of(206, "efg").with("Content-Range", "bytes 4-6/9"),
                volume -> volume.get("k", 2, 5, out));

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("cdefg");
        assertThat(requests)
                .extracting(request -> request.headers().get("range"))
                .containsExactly("bytes=2-6", "bytes=4-6");
    }

    @Test
    void objectThatIsReplacedMeanwhileIsNotMixed() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AtomicInteger tags = new AtomicInteger();

        Problem problem = problem(
                request -> Answer.of(200, "abcde")
                        .with("ETag", "\"e" + tags.getAndIncrement() + "\"")
                        .endingEarlyBy(1),
                volume -> volume.get("k", 0, 5, out));

        assertThat(problem.why()).contains("replaced");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("abcd");
    }

    @Test
    @Timeout(120)
    void interruptEndsARequestThatHangs() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Thread interrupter = new Thread(() -> {
            try {
                asked.await();
                caller.interrupt();
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
        interrupter.start();

        assertThatThrownBy(() -> played(
                        request -> {
                            asked.countDown();
                            try {
                                never.await();
                            } catch (InterruptedException ended) {
                                Thread.currentThread().interrupt();
                            }
                            return null;
                        },
                        volume -> volume.list("", object -> {})))
                .isInstanceOf(InterruptedException.class);
        interrupter.join();
    }
}
