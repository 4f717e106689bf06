package dev.podtrain.pod;

import java.util.List;
import java.util.Map;

/**
 * What a stopped pod shall be started with. Each part replaces the old one as a whole; on a running pod the change
 * would reset the container and erase everything outside the volume.
 */
public record PodUpdate(Map<String, String> env, String args, List<String> ports) {
    public PodUpdate {
        env = Map.copyOf(env);
        ports = List.copyOf(ports);
    }

    @Override
    public String toString() {
        return "PodUpdate[" + env.size() + " variables, ports " + ports + "]";
    }
}
