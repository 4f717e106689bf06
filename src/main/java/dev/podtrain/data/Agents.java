package dev.podtrain.data;

import dev.podtrain.base.Time;
import java.io.IOException;
import java.time.Duration;

/** What both directions ask an agent. */
final class Agents {
    private Agents() {}

    /** How long the way there and back takes, from the answer to a ping that was sent just now. */
    static Duration roundTrip(Agent agent, Time time) throws IOException {
        long start = time.nanoTime();
        agent.answer();
        return Duration.ofNanos(time.nanoTime() - start);
    }
}
