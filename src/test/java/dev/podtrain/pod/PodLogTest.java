package dev.podtrain.pod;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.SystemTime;
import dev.podtrain.base.Time;
import dev.podtrain.contract.StubProvider;
import dev.podtrain.http.ApiFixture;
import dev.podtrain.http.ApiRequest;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.StreamEnd;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Streams need a real clock: their time limits are the socket's. */
@Timeout(120)
final class PodLogTest {
    @RegisterExtension
    static final StubProvider PROVIDER = new StubProvider();

    private static final PodId ID = new PodId("5xq1abc7eg46tq");
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final ApiFixture fixture = new ApiFixture(PROVIDER.base());
    private final QuickTime quick = new QuickTime();
    private final List<String> lines = new ArrayList<>();

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @Test
    void asksForTheSourceAndTheTailAndReadsTheEvents() throws InterruptedException {
        PROVIDER.server()
                .stubFor(
                        get(urlPathEqualTo("/v2/pods/5xq1abc7eg46tq/logs"))
                                .withQueryParam("source", equalTo("system"))
                                .withQueryParam("tail", equalTo("5000"))
                                .withHeader("Accept", equalTo("text/event-stream"))
                                .willReturn(
                                        aResponse()
                                                .withHeader("Content-Type", "text/event-stream")
                                                .withBody(
                                                        "id: 1\ndata: {\"ts\":\"2026-06-01T12:02:03Z\",\"source\":\"system\",\"line\":\"create container\"}\n\n")));
        List<LogLine> read = new ArrayList<>();

        new PodApi(fixture.api).readLogs(ID, LogSource.SYSTEM, 5000, in(Duration.ofMinutes(1)), line -> {
            read.add(line);
            return false;
        });

        assertThat(read)
                .containsExactly(
                        new LogLine(Instant.parse("2026-06-01T12:02:03Z"), LogSource.SYSTEM, "create container"));
    }

    @Test
    void aStreamWithoutEndEndsWhenTheReceiverHasHadEnough() throws Exception {
        try (LogServer server = new LogServer((log, out) -> {
            LogServer.event(out, 1);
            LogServer.event(out, 2);
            log.silence();
        })) {
            // Longer than this test may take.
            read(server, Duration.ofMinutes(10), 2);

            assertThat(lines).containsExactly("line 1", "line 2");
        }
    }

    @Test
    void aSilentStreamEndsAtTheDeadline() throws Exception {
        LogServer.Script script = (log, out) -> {
            LogServer.event(out, 1);
            log.silence();
        };
        // Asked again, it says the same: a slow machine may need more than one try for the first line.
        try (LogServer server = new LogServer(Collections.nCopies(50, script).toArray(LogServer.Script[]::new))) {
            quick.standStillUntil(() -> !lines.isEmpty());

            read(server, Duration.ofMillis(1500), Integer.MAX_VALUE);

            assertThat(lines).containsExactly("line 1");
        }
    }

    @Test
    void aFloodEndsAtTheDeadline() throws Exception {
        try (LogServer server = new LogServer((log, out) -> {
            for (int i = 1; ; i++) {
                LogServer.event(out, i);
            }
        })) {
            quick.standStillUntil(() -> !server.requests.isEmpty());

            read(server, Duration.ofMillis(1500), Integer.MAX_VALUE);

            assertThat(server.requests).isNotEmpty();
        }
    }

    @Test
    void aLostConnectionIsPickedUpAfterTheLastEventAndNothingComesTwice() throws Exception {
        try (LogServer server = new LogServer(
                (log, out) -> {
                    LogServer.event(out, 1);
                    LogServer.event(out, 2);
                    out.write("id: 3\nda".getBytes(StandardCharsets.UTF_8));
                },
                (log, out) -> {
                    LogServer.event(out, 2);
                    LogServer.event(out, 3);
                    log.silence();
                })) {
            read(server, Duration.ofMinutes(1), 3);

            assertThat(lines).containsExactly("line 1", "line 2", "line 3");
            assertThat(server.requests)
                    .containsExactly(
                            new LogServer.Request("source=container&tail=100", "-"),
                            new LogServer.Request("source=container&tail=100", "2026-11-22T06:16:19Z/000000000002"));
        }
    }

    @Test
    void aServerThatFailsForAWhileIsAskedAgain() throws Exception {
        try (LogServer server = new LogServer()) {
            quick.standStillUntil(() -> server.requests.size() > 1);

            read(server, Duration.ofMillis(1500), 1);

            assertThat(server.requests).hasSizeGreaterThan(1);
            assertThat(lines).isEmpty();
        }
    }

    @Test
    void aSnapshotEndsWhenTheLogFallsSilent() throws Exception {
        try (LogServer server = new LogServer((log, out) -> {
            // At once, so that nothing but the end is silence.
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            LogServer.event(all, 1);
            all.writeBytes("data: no JSON\n\n: comment\n\n".getBytes(StandardCharsets.UTF_8));
            LogServer.event(all, 2);
            out.write(all.toByteArray());
            out.flush();
            log.silence();
        })) {
            List<LogLine> snapshot =
                    new PodApi(api(server)).logSnapshot(ID, LogSource.CONTAINER, 100, QUIET, in(Duration.ofMinutes(1)));

            assertThat(snapshot).extracting(LogLine::text).containsExactly("line 1", "line 2");
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void ofALongLineOnlyTheBeginningIsKept() throws Exception {
        try (LogServer server = new LogServer((log, out) -> {
            out.write(("data: {\"line\":\"" + "x".repeat(500_000) + "\"}\n\n").getBytes(StandardCharsets.UTF_8));
            LogServer.event(out, 2);
            log.silence();
        })) {
            List<LogLine> snapshot =
                    new PodApi(api(server)).logSnapshot(ID, LogSource.CONTAINER, 100, QUIET, in(Duration.ofMinutes(1)));

            assertThat(snapshot).extracting(line -> line.text().length()).containsExactly(PodLog.LONGEST_LINE, 6);
        }
    }

    @Test
    void ofAFloodTheLastLinesAreKept() {
        LastLines lines = new LastLines();

        for (int i = 0; i < 100_000; i++) {
            lines.add(new LogLine(null, LogSource.CONTAINER, i + "x".repeat(i % 500)));
        }

        List<LogLine> kept = lines.toList();
        assertThat(kept.stream().mapToInt(line -> line.text().length()).sum())
                .isLessThanOrEqualTo(LastLines.MOST_CHARACTERS);
        assertThat(kept).hasSizeGreaterThan(5000);
        assertThat(kept.get(kept.size() - 1).text()).startsWith("99999");
    }

    @Test
    void theLogOfAMissingPodIsAProblem() {
        PROVIDER.server()
                .stubFor(get(urlPathEqualTo("/v2/pods/5xq1abc7eg46tq/logs"))
                        .willReturn(aResponse()
                                .withStatus(404)
                                .withBody("{\"title\":\"Not Found\",\"status\":404,\"detail\":\"pod not found\"}")));

        assertThatThrownBy(() -> new PodApi(fixture.api)
                        .readLogs(ID, LogSource.CONTAINER, 100, in(Duration.ofMinutes(1)), line -> true))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("could not read the container log of pod 5xq1abc7eg46tq")
                .hasMessageContaining("pod not found");
    }

    @Test
    void closingTheClientEndsAReadingThatIsUnderWay() throws Exception {
        try (LogServer server = new LogServer((log, out) -> {
            LogServer.event(out, 1);
            log.silence();
        })) {
            HttpApi api = api(server);
            Thread closer = new Thread(api::close);

            StreamEnd end = api.stream(
                    ApiRequest.get("logs"),
                    "read a log",
                    null,
                    Duration.ofMinutes(1),
                    in(Duration.ofMinutes(1)),
                    event -> {
                        closer.start();
                        return true;
                    });
            closer.join();

            assertThat(end).isInstanceOf(StreamEnd.Closed.class);
        }
    }

    private void read(LogServer server, Duration limit, int wanted) throws InterruptedException {
        new PodApi(api(server)).readLogs(ID, LogSource.CONTAINER, 100, in(limit), line -> {
            lines.add(line.text());
            return lines.size() < wanted;
        });
    }

    private HttpApi api(LogServer server) {
        return fixture.api(server.base(), ApiFixture.LIMITS, quick);
    }

    private Deadline in(Duration limit) {
        return Deadline.in(quick, limit);
    }

    /** The real clock, but a pause takes a twentieth of its time, and it may stand still at first. */
    private static final class QuickTime implements Time {
        private final Time real = new SystemTime();
        private BooleanSupplier begun = () -> true;
        private long stoodStill;
        private long stopped;

        /** As a deadline that is counted only from some event on, however long that takes to come. */
        void standStillUntil(BooleanSupplier event) {
            stopped = real.nanoTime();
            begun = event;
        }

        @Override
        public Instant now() {
            return real.now();
        }

        @Override
        public long nanoTime() {
            if (stopped != 0) {
                if (!begun.getAsBoolean()) {
                    return stopped;
                }
                stoodStill = real.nanoTime() - stopped;
                stopped = 0;
            }
            return real.nanoTime() - stoodStill;
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            real.sleep(duration.dividedBy(20));
        }
    }
}
