package dev.podtrain.transfer;

import dev.podtrain.base.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was reported, by one thread or several. */
final class RecordedProgress implements Progress {
    final List<String> reports = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();

    @Override
    public void report(String message) {
        reports.add(message);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }
}
