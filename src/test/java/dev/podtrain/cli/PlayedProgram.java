package dev.podtrain.cli;

import dev.podtrain.base.SystemTime;
import dev.podtrain.run.Outcome;
import dev.podtrain.run.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The program in a process of its own, with use cases that are played: what it is told is the config's name. */
final class PlayedProgram {
    private PlayedProgram() {}

    public static void main(String[] arguments) {
        FakeRuns runs = new FakeRuns();
        runs.onLaunch = listener -> {
            try {
                return play(runs.launches.get(0).config().toString(), listener);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        int exitCode = new CommandLineInterface(
                        () -> runs,
                        FakeFiles::new,
                        FakeTunnels::new,
                        FakeCare::new,
                        FakeLocalCloud::new,
                        new SystemTerminal(Map.of()),
                        new SystemTime(),
                        "1.2.3")
                .run(arguments);
        System.exit(exitCode);
    }

    private static Outcome play(String config, RunListener listener) throws InterruptedException, IOException {
        switch (config) {
            case "follow" -> {
                try {
                    sayAndWait("step 1\n", listener);
                } catch (InterruptedException e) {
                    return new Outcome.Interrupted(Samples.RUN, "pod1", new BigDecimal("0.27"));
                }
            }
            case "stubborn" -> {
                try {
                    sayAndWait("step 1\n", listener);
                } catch (InterruptedException e) {
                    sayAndWait("still here\n", listener);
                }
            }
            case "ask-late" -> {
                sendCtrlCToMyself();
                listener.planned(Samples.aPlan());
            }
            case "ask" -> listener.planned(Samples.aPlan());
            case "log" -> LoggerFactory.getLogger("dev.podtrain.played").debug("inside \u001b[2J");
            default -> throw new IllegalArgumentException(config);
        }
        return new Outcome.Declined();
    }

    /** Returns once it has come. */
    private static void sendCtrlCToMyself() throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("kill", "-INT", self).start();
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    private static void sayAndWait(String text, RunListener listener) throws InterruptedException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        listener.log(0, bytes, bytes.length);
        new SystemTime().sleep(Duration.ofMinutes(10));
    }
}
