package dev.podtrain.data;

import java.util.ArrayList;
import java.util.List;

/** What could not be transferred although the rest was; collected by all connections at once. */
final class LeftOut {
    private final List<TransferReport.Omission> omissions = new ArrayList<>();

    synchronized void add(String path, String reason) {
        omissions.add(new TransferReport.Omission(path, reason));
    }

    synchronized boolean isEmpty() {
        return omissions.isEmpty();
    }

    synchronized List<TransferReport.Omission> all() {
        return List.copyOf(omissions);
    }
}
