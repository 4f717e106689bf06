package dev.podtrain.tunnel;

import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;

/** What a tunnel leads to. */
public interface FarEnd {
    /**
     * The port of the pod to connect to, 1 to 65535. Asked once for each session, before its first connection: this is
     * the place to start what shall listen there.
     */
    int port(SshSession session) throws InterruptedException, SshException;
}
