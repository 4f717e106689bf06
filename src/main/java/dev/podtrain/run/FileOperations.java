package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.data.TransferListener;
import dev.podtrain.data.TransferReport;
import dev.podtrain.run.SyncPlan.Route;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moving files to and from a run's pod or volume, and running commands there. As with {@link RunOperations}, each method
 * stops with a {@code ProblemException} where it cannot do what it says, and passes an interrupt on.
 */
public interface FileOperations {
    /** Brings files to the run's pod; empty if the listener did not want to go on. */
    Optional<TransferReport> push(CopyRequest request, TransferListener listener) throws InterruptedException;

    /** Fetches files from the run's pod; empty if the listener did not want to go on. */
    Optional<TransferReport> pull(CopyRequest request, TransferListener listener) throws InterruptedException;

    /** Runs a command on the run's pod to its end, and gives its exit status; empty if it took too long and was ended. */
    Optional<Integer> exec(ExecRequest request, CommandOutput output) throws InterruptedException;

    /** Brings data onto the network volume; empty if the listener did not want to go on. */
    Optional<TransferReport> syncData(SyncRequest request, SyncListener listener) throws InterruptedException;

    /**
     * What to bring onto the network volume, into {@code /workspace/data}.
     *
     * @param paths relative to the project; empty for those of {@code DATA_PATHS}
     * @param via the route that was asked for; null for the best
     * @param checksum whether the contents of all files are compared, whatever their sizes and times say
     * @param delete whether what only the volume has, in folders that are sent, goes
     * @param keepPod whether a pod that was rented for it stays for a while, for the next one
     */
    record SyncRequest(
            Path projectDir,
            List<String> paths,
            @Nullable Route via,
            boolean checksum,
            boolean delete,
            boolean keepPod,
            boolean dryRun,
            boolean local) {
        public SyncRequest {
            paths = List.copyOf(paths);
        }
    }

    /** Watches a sync. */
    interface SyncListener extends TransferListener {
        /**
         * The route is chosen; nothing is rented yet.
         *
         * @return whether to take it
         */
        boolean planned(SyncPlan plan);

        /** What became of a pod that was rented for it, in words. */
        void podEnded(String what);
    }

    /**
     * What to copy, and where to.
     *
     * @param sources at least one; a slash at its end stands for a folder's contents
     * @param destination a folder, which is made if it is missing
     * @param checksum whether the contents of all files are compared, whatever their sizes and times say
     */
    record CopyRequest(RunSelector selector, List<String> sources, String destination, boolean checksum) {
        public CopyRequest {
            sources = List.copyOf(sources);
        }
    }

    /**
     * What to run.
     *
     * @param command the program and its arguments, each arriving exactly as it is
     * @param timeout null for no limit
     */
    record ExecRequest(
            RunSelector selector,
            List<String> command,
            @Nullable Duration timeout) {
        public ExecRequest {
            command = List.copyOf(command);
        }
    }

    /** Takes what a command prints, as it comes; called by two threads, one for each stream. */
    interface CommandOutput extends Progress {
        void stdout(byte[] bytes, int length);

        void stderr(byte[] bytes, int length);
    }
}
