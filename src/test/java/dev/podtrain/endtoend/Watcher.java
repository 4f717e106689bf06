package dev.podtrain.endtoend;

import dev.podtrain.run.Forecast;
import dev.podtrain.run.Phase;
import dev.podtrain.run.Plan;
import dev.podtrain.run.RunListener;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Watches a launch and remembers everything; agrees to every plan. */
final class Watcher implements RunListener {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final List<Phase> phases = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final CountDownLatch trainerSpoke = new CountDownLatch(1);
    private final Runnable whenPlanned;
    private volatile @Nullable Plan plan;

    Watcher() {
        this(() -> {});
    }

    /** Does something when the plan is shown, before anything is rented. */
    Watcher(Runnable whenPlanned) {
        this.whenPlanned = whenPlanned;
    }

    @Override
    public boolean planned(Plan made) {
        plan = made;
        whenPlanned.run();
        return true;
    }

    @Override
    public void phase(Phase phase, String detail) {
        phases.add(phase);
        messages.add(phase + ": " + detail);
    }

    @Override
    public void forecast(Forecast forecast) {}

    @Override
    public boolean resumes(String reason) {
        return false;
    }

    @Override
    public synchronized void log(long offset, byte[] bytes, int length) {
        log.write(bytes, 0, length);
        if (log().contains("first line of the trainer\n")) {
            trainerSpoke.countDown();
        }
    }

    @Override
    public void report(String message) {
        messages.add(message);
    }

    @Override
    public void warn(String message) {
        messages.add("warning: " + message);
    }

    Plan plan() {
        Plan made = plan;
        if (made == null) {
            throw new AssertionError("no plan was shown");
        }
        return made;
    }

    List<String> messages() {
        return messages;
    }

    List<Phase> phases() {
        return phases;
    }

    synchronized String log() {
        return log.toString(StandardCharsets.UTF_8);
    }

    void awaitTrainer() throws InterruptedException {
        if (!trainerSpoke.await(90, TimeUnit.SECONDS)) {
            throw new AssertionError("the trainer said nothing; seen so far: " + messages);
        }
    }
}
