package dev.podtrain.http;

import dev.podtrain.base.FakeTime;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Time;
import dev.podtrain.contract.StubProvider;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An API client as a test wants it, with what it reported. Its clock stands still unless it waits. */
public final class ApiFixture implements AutoCloseable {
    public static final HttpLimits LIMITS = new HttpLimits(Duration.ofSeconds(60), Duration.ofMinutes(3), 4, 200_000);

    public final FakeTime time = new FakeTime();
    public final List<String> reports = new CopyOnWriteArrayList<>();
    public final List<String> diagnosis = new CopyOnWriteArrayList<>();
    public final HttpApi api;

    public ApiFixture(URI base) {
        this(base, LIMITS);
    }

    public ApiFixture(URI base, HttpLimits limits) {
        this.api = api(base, limits, time);
    }

    public HttpApi api(URI base, HttpLimits limits, Time clock) {
        Progress progress = new Progress() {
            @Override
            public void report(String message) {
                reports.add(message);
            }

            @Override
            public void warn(String message) {
                reports.add(message);
            }
        };
        HttpSettings settings = new HttpSettings(
                "RunPod", base, Secret.of(StubProvider.KEY), "RUNPOD_API_KEY", StubProvider.USER_AGENT, limits);
        return new HttpApi(settings, clock, () -> 1.0, progress, diagnosis::add);
    }

    @Override
    public void close() {
        api.close();
    }
}
