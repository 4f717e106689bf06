package dev.podtrain.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A trainer that counts: a line a step, a checkpoint every two, and the config says how it ends. It can be held at a step
 * for as long as a test needs to do something before the training ends, however slow the machine is.
 */
final class CountingTrainer {
    static final String FIRST_LINE = "first line of the trainer\n";

    static final String SOURCE = """
            import argparse, json, os, signal, sys, time
            parser = argparse.ArgumentParser()
            parser.add_argument("--config")
            parser.add_argument("--resume_from_checkpoint")
            arguments = parser.parse_args()
            config = dict(line.split(": ", 1) for line in open(arguments.config).read().splitlines() if ": " in line)
            out = config["output_dir"]

            def hold():
                while not os.path.exists(os.path.join("..", out + ".go")):
                    time.sleep(0.02)

            def save(step):
                folder = os.path.join(out, "checkpoint-%d" % step)
                os.makedirs(folder, exist_ok=True)
                with open(os.path.join(folder, "trainer_state.json"), "w") as file:
                    file.write("{")
                    file.flush()
                    if step == int(config.get("held_in_checkpoint", -1)):
                        hold()
                    time.sleep(float(config.get("save_pause", 0)))
                    file.write('"global_step": %d}' % step)

            step = 0
            if arguments.resume_from_checkpoint:
                step = json.load(open(os.path.join(arguments.resume_from_checkpoint, "trainer_state.json")))["global_step"]
                print("resumed at step", step)

            def on_term(number, frame):
                save(step)
                print("saved on SIGTERM at step", step)
                sys.exit(143)

            signal.signal(signal.SIGTERM, on_term)
            print("first line of the trainer")
            while step < int(config["steps"]):
                time.sleep(float(config["pause"]))
                step += 1
                print("step", step)
                if step % 2 == 0:
                    save(step)
                if step == int(config.get("held_at", -1)):
                    hold()
            sys.exit(int(config["exit_code"]))
            """;

    private CountingTrainer() {}

    /**
     * A config for it.
     *
     * @param pause seconds before each step, decimal
     */
    static String config(String outputDir, int steps, String pause, int exitCode) {
        return "output_dir: " + outputDir + "\nsteps: " + steps + "\npause: " + pause + "\nexit_code: " + exitCode
                + "\n";
    }

    /** Further lines of a config: once this step is done and saved, it waits for {@link #letGoOn}. */
    static String heldAt(int step) {
        return "held_at: " + step + "\n";
    }

    /** The same in the middle of writing the checkpoint of a step. */
    static String heldInCheckpoint(int step) {
        return "held_in_checkpoint: " + step + "\n";
    }

    /** Lets the trainer with this output directory go on, and holds it no more. The file is no part of the project. */
    static void letGoOn(Path volume, String outputDir) {
        try {
            Files.createFile(volume.resolve(outputDir + ".go"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
