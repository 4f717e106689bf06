package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.DataPipesSource;
import dev.podtrain.ssh.SshException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Transfers that outlive their connections: after a lost one both sides are compared again, and what has arrived does not
 * travel twice. The same holds for a transfer that was interrupted and is asked for again.
 */
public final class DataTransfer {
    /** So often in a row without a byte on its way, and it is no hiccup. */
    private static final int FRUITLESS_TRIES = 4;

    private final DataPipesSource connections;
    private final Time time;

    public DataTransfer(DataPipesSource connections, Time time) {
        this.connections = connections;
        this.time = time;
    }

    /**
     * Brings files to the host.
     *
     * @return empty if the listener did not want to go on
     * @throws ProblemException if it cannot be done, or not completed: running it again goes on
     */
    public Optional<TransferReport> upload(UploadRequest request, TransferListener listener)
            throws InterruptedException {
        Meter meter = new Meter(time);
        return persist(
                listener, meter, (pipes, agreed) -> new Upload(request, pipes, listener, meter, time).run(agreed));
    }

    /** Fetches files from the host; as {@link #upload}. */
    public Optional<TransferReport> download(DownloadRequest request, TransferListener listener)
            throws InterruptedException {
        Meter meter = new Meter(time);
        return persist(
                listener, meter, (pipes, agreed) -> new Download(request, pipes, listener, meter, time).run(agreed));
    }

    /** One try; says whether the listener has agreed in an earlier one. */
    private interface Attempt {
        Optional<TransferReport> run(DataPipes pipes, boolean agreed) throws InterruptedException, SshException;
    }

    private Optional<TransferReport> persist(TransferListener listener, Meter meter, Attempt attempt)
            throws InterruptedException {
        @Nullable SshException last = null;
        long bytesBefore = 0;
        int fruitless = 0;
        boolean agreed = false;
        while (true) {
            DataPipes pipes = connections.next(Optional.ofNullable(last)).orElseThrow(DataTransfer::hostGone);
            try {
                return attempt.run(pipes, agreed);
            } catch (SshException e) {
                fruitless = meter.bytesInAll() > bytesBefore ? 1 : fruitless + 1;
                bytesBefore = meter.bytesInAll();
                if (!e.isRetryable() || fruitless >= FRUITLESS_TRIES) {
                    throw broken(e);
                }
                agreed |= meter.hasBegun();
                if (meter.hasBegun()) {
                    listener.warn("the connection was lost (" + e.getMessage() + "): going on where it stopped");
                }
                last = e;
            }
        }
    }

    private static ProblemException hostGone() {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "the transfer is not complete",
                "the pod has ended",
                "run the command again: it goes on where it stopped",
                "every file that had arrived is in place, and none is half-visible"));
    }

    private static ProblemException broken(SshException e) {
        return new ProblemException(
                new Problem(
                        Problem.Kind.FAILED,
                        "the transfer is not complete",
                        String.valueOf(e.getMessage()),
                        "run the command again: it goes on where it stopped",
                        "every file that had arrived is in place, and none is half-visible"),
                e);
    }
}
