package dev.podtrain.ssh;

/**
 * What a finished command said.
 *
 * @param exitStatus 0 to 255; 128 plus the signal's number if a signal ended it
 * @param stdout all of it, read as UTF-8
 * @param stderr its last 64 KiB, read as UTF-8
 */
public record RemoteResult(int exitStatus, String stdout, String stderr) {
    public boolean succeeded() {
        return exitStatus == 0;
    }
}
