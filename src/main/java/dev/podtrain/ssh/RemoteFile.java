package dev.podtrain.ssh;

/**
 * A file to be put on a host.
 *
 * @param path an absolute path
 * @param mode permission bits, such as 0600
 */
@SuppressWarnings("ArrayRecordComponent") // files are written, not compared
public record RemoteFile(String path, byte[] content, int mode) {
    public RemoteFile {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + path);
        }
    }
}
