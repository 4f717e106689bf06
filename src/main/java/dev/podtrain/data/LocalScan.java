package dev.podtrain.data;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A look at the files to upload, on a thread of its own. */
final class LocalScan {
    private final Thread thread;
    private volatile @Nullable Map<String, LocalItem> items;
    private volatile @Nullable RuntimeException failure;

    private LocalScan(List<Source> sources, LeftOut leftOut) {
        thread = new Thread(() -> read(sources, leftOut), "data-scan");
        thread.setDaemon(true);
    }

    static LocalScan start(List<Source> sources, LeftOut leftOut) {
        LocalScan scan = new LocalScan(sources, leftOut);
        scan.thread.start();
        return scan;
    }

    private void read(List<Source> sources, LeftOut leftOut) {
        try {
            items = LocalTree.read(sources, false, leftOut);
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /** What is there, as soon as that is known; see {@link LocalTree#read}. */
    Map<String, LocalItem> items() throws InterruptedException {
        thread.join();
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
        Map<String, LocalItem> found = items;
        if (found == null) {
            throw new IllegalStateException("the look at the files to send ended without a result");
        }
        return found;
    }
}
