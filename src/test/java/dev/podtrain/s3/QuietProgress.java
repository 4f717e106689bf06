package dev.podtrain.s3;

import dev.podtrain.base.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was reported. */
final class QuietProgress implements Progress {
    final List<String> reports = new CopyOnWriteArrayList<>();

    @Override
    public void report(String message) {
        reports.add(message);
    }

    @Override
    public void warn(String message) {
        reports.add(message);
    }
}
