package dev.podtrain.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The run's checkpoints on the volume. A save that is under way, or was cut off, leaves a torn one, in one of the ways in
 * which trainers leave them. Which one to resume from is asked of the program's own {@code checkpoints.py}.
 */
final class SimCheckpoints {
    /** What a checkpoint's folder looks like. */
    enum Shape {
        WHOLE,
        UNFINISHED_NAME,
        NO_FILES,
        EMPTY_FILE,
        SHORT_WEIGHTS,
        CUT_JSON
    }

    private final SimWorld world;
    private final CheckpointChooser chooser;
    private final Path folder;
    private final Map<Integer, Shape> saved = new TreeMap<>();

    /** @param folder where a real one is made of them for {@code checkpoints.py} */
    SimCheckpoints(SimWorld world, CheckpointChooser chooser, Path folder) {
        this.world = world;
        this.chooser = chooser;
        this.folder = folder;
    }

    void begin(int step) {
        if (saved.get(step) != Shape.WHOLE) {
            saved.put(
                    step,
                    world.pick(
                            Shape.UNFINISHED_NAME,
                            Shape.NO_FILES,
                            Shape.EMPTY_FILE,
                            Shape.SHORT_WEIGHTS,
                            Shape.CUT_JSON));
        }
    }

    void complete(int step) {
        saved.put(step, Shape.WHOLE);
    }

    void setAside() {
        saved.clear();
    }

    /** What {@code checkpoints.py choose} says. */
    Optional<String> choose() {
        if (saved.isEmpty()) {
            return Optional.empty();
        }
        saved.values().stream()
                .filter(shape -> shape != Shape.WHOLE)
                .forEach(shape -> world.count("checkpoint: torn, " + shape));
        return chooser.choose(saved, folder);
    }

    /** What is right: the whole one with the highest step. */
    Optional<String> newestWhole() {
        return saved.entrySet().stream()
                .filter(entry -> entry.getValue() == Shape.WHOLE)
                .map(entry -> name(entry.getKey()))
                .reduce((before, after) -> after);
    }

    static String name(int step) {
        return "checkpoint-" + step;
    }

    static int stepOf(String name) {
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }
}
