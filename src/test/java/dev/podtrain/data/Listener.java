package dev.podtrain.data;

import java.util.ArrayList;
import java.util.List;

/** Agrees, and remembers what it was told. */
class Listener implements TransferListener {
    final List<Comparison> comparisons = new ArrayList<>();
    final List<Movement> movements = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    @Override
    public boolean compared(Comparison comparison) {
        comparisons.add(comparison);
        return true;
    }

    @Override
    public void moved(Movement movement) {
        movements.add(movement);
    }

    @Override
    public void report(String message) {}

    @Override
    public void warn(String message) {
        warnings.add(message);
    }
}
