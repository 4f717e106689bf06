package dev.podtrain.ssh;

import java.io.IOException;

/** What it means that a script on the host ended too soon. */
final class ScriptEnd {
    private ScriptEnd() {}

    /** The kind tells that trying again will not help where the script itself has failed. */
    static SshException failure(int status, String words, IOException cause) {
        String last = words.strip();
        last = last.substring(last.lastIndexOf('\n') + 1);
        if (status == RemotePython.NOT_FOUND) {
            return new SshException(SshException.Kind.SCRIPT_FAILED, "there is no python3 on the host", cause);
        }
        if (last.isEmpty()) {
            return new SshException(SshException.Kind.LOST, "the host ended the transfer's script", cause);
        }
        return new SshException(SshException.Kind.SCRIPT_FAILED, "the script on the host ended: " + last, cause);
    }
}
