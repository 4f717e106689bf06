package dev.podtrain.transfer;

import dev.podtrain.base.Progress;
import java.util.ArrayList;
import java.util.List;

/** Keeps what was reported. */
final class RecordedProgress implements Progress {
    final List<String> reports = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    @Override
    public void report(String message) {
        reports.add(message);
    }

    @Override
    public void warn(String message) {
        warnings.add(message);
    }
}
