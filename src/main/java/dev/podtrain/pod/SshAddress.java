package dev.podtrain.pod;

/** Where a pod's own SSH server answers, without RunPod's proxy in between. The port changes with every start. */
public record SshAddress(String host, int port, String user) {
    public SshAddress {
        if (!isPossible(host, port, user)) {
            throw new IllegalArgumentException("not an SSH address: " + user + "@" + host + ":" + port);
        }
    }

    static boolean isPossible(String host, int port, String user) {
        return !host.isBlank() && port >= 1 && port <= 65535 && !user.isBlank();
    }
}
