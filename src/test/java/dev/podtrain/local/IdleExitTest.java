package dev.podtrain.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When the local cloud ends by itself. */
@Timeout(120)
class IdleExitTest {
    private final BootlessCloud cloud = new BootlessCloud();
    private final Duration idleExit =
            ServeOptions.parse(List.of("--state-dir", "unused")).orElseThrow().idleExit();
    private final Thread serving = new Thread(this::serve);

    private void serve() {
        try {
            cloud.cloud().awaitEnd(idleExit);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @BeforeEach
    void startServing() {
        serving.start();
    }

    @AfterEach
    void endServing() throws InterruptedException {
        serving.interrupt();
        serving.join();
        cloud.close();
    }

    /** It looks once a second. */
    private boolean servesAfterTwoLooks() throws InterruptedException {
        serving.join(2500);
        return serving.isAlive();
    }

    @Test
    void itServesAsLongAsAPodIsBilled() throws InterruptedException {
        cloud.create();

        cloud.time().advance(Duration.ofDays(1));

        assertThat(servesAfterTwoLooks()).isTrue();
    }

    @Test
    void itEndsTenMinutesAfterTheLastPodEndedAndNotBefore() throws InterruptedException {
        String pod = cloud.create();
        cloud.time().advance(Duration.ofHours(1));
        cloud.act(pod, "stop");

        cloud.time().advance(Duration.ofMinutes(9));
        boolean servedAfterNine = servesAfterTwoLooks();
        cloud.time().advance(Duration.ofMinutes(1));
        serving.join();

        assertThat(servedAfterNine).isTrue();
    }
}
