package dev.podtrain.data;

import dev.podtrain.base.Time;
import dev.podtrain.s3.S3Volume;
import java.nio.file.Path;
import java.util.Optional;

/** Transfers to and from a network volume without a pod. Paths are those below the volume's top folder. */
public final class S3Transfer {
    private final S3Volume volume;
    private final Time time;

    /** The caller keeps the volume open, and closes it. */
    public S3Transfer(S3Volume volume, Time time) {
        this.volume = volume;
        this.time = time;
    }

    /**
     * Brings files onto the volume; see {@link DataTransfer#upload}.
     *
     * @param request with the remote folder as a key, such as {@code data}
     * @param record a file that remembers what was put; made if absent
     * @param volumeBytes how much fits on the volume
     */
    public Optional<TransferReport> upload(
            UploadRequest request, Path record, long volumeBytes, TransferListener listener)
            throws InterruptedException {
        return new S3Upload(volume, request, S3Record.open(record), volumeBytes, listener, time).run();
    }

    /** Fetches files from the volume; the sources' paths begin with a slash, which stands for the volume. */
    public Optional<TransferReport> download(DownloadRequest request, TransferListener listener)
            throws InterruptedException {
        return new S3Download(volume, request, listener, time).run();
    }
}
