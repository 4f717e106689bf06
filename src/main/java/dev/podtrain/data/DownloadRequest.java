package dev.podtrain.data;

import java.nio.file.Path;
import java.util.List;

/**
 * What to fetch from the host.
 *
 * @param sources absolute paths on the host
 * @param localDir made if absent
 * @param checksum whether the contents of all files are compared, whatever their sizes and times say
 * @param hashCache a file that spares hashing unchanged files again; made if absent
 */
public record DownloadRequest(List<Source> sources, Path localDir, boolean checksum, Path hashCache) {
    public DownloadRequest {
        sources = List.copyOf(sources);
    }
}
