package dev.podtrain.endtoend;

import dev.podtrain.data.TransferListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Watches a copy, agrees to it, and remembers what it was told. */
class Copies implements TransferListener {
    final List<Comparison> comparisons = new CopyOnWriteArrayList<>();
    final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public boolean compared(Comparison comparison) {
        comparisons.add(comparison);
        return true;
    }

    @Override
    public void moved(Movement movement) {}

    @Override
    public void report(String message) {
        messages.add(message);
    }

    @Override
    public void warn(String message) {
        messages.add("warning: " + message);
    }
}
