package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.IOException;
import java.util.List;

/** Reads the part of a log that is on the pod and not here yet. */
final class LogFetch {
    private static final int BLOCK = 64 * 1024;

    private LogFetch() {}

    /** Returns when the copy has everything that was there when it was asked. */
    static void into(LogCopy copy, SshSession session, String path, Deadline deadline)
            throws InterruptedException, SshException {
        long offset = copy.size();
        try (RemoteProcess tail = session.open(List.of("tail", "-c", "+" + (offset + 1), path))) {
            byte[] block = new byte[BLOCK];
            try {
                for (int n = tail.stdout().read(block);
                        n >= 0;
                        n = tail.stdout().read(block)) {
                    copy.append(offset, block, n);
                    offset += n;
                }
            } catch (IOException e) {
                throw tail.failure(e);
            }
            tail.waitFor(deadline);
        }
    }
}
