package dev.podtrain.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Groups small files into pieces of about the same weight. */
final class Batches {
    /** Of contents in one piece: large enough to hide its overhead, small enough that connections end together. */
    static final int BYTES = 1024 * 1024;

    private static final int FILES = 500;

    private Batches() {}

    static <T> List<List<T>> of(List<T> files, ToLongFunction<T> size) {
        List<List<T>> batches = new ArrayList<>();
        List<T> batch = new ArrayList<>();
        long bytes = 0;
        for (T file : files) {
            if (!batch.isEmpty() && (bytes + size.applyAsLong(file) > BYTES || batch.size() == FILES)) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(file);
            bytes += size.applyAsLong(file);
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
