package dev.podtrain.data;

import java.nio.file.Path;
import java.util.List;

/**
 * What to bring to the host.
 *
 * @param remoteDir an absolute path on the host; made if absent
 * @param checksum whether the contents of all files are compared, whatever their sizes and times say
 * @param delete whether what only the host has, in folders that are sent, goes
 * @param sync whether the host's file system is made to write everything before the transfer counts as done
 * @param hashCache a file that spares hashing unchanged files again; made if absent
 */
public record UploadRequest(
        List<Source> sources, String remoteDir, boolean checksum, boolean delete, boolean sync, Path hashCache) {
    public UploadRequest {
        sources = List.copyOf(sources);
    }
}
