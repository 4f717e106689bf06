package dev.podtrain.script;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;

/** The files that run on the pod, byte for byte as they are in the program. */
public final class PodScripts {
    private PodScripts() {}

    /**
     * The container's command, as the string {@code args} of a create call: the guard beside the image's own start
     * script. The guard comes out of the environment variable {@code POD_TRAIN_GUARD}, so it is armed before anything
     * else runs. Official images have {@code CMD ["/start.sh"]} and no entry point (image sources, July 2026).
     */
    public static String guardCommand() {
        return "bash -c 'printf %s \"$POD_TRAIN_GUARD\" | base64 -d > /tmp/pod-train-guard.sh;"
                + " sh /tmp/pod-train-guard.sh & exec /start.sh'";
    }

    /** The guard as the value of {@code POD_TRAIN_GUARD}. */
    public static String guardBase64() {
        return Base64.getEncoder().encodeToString(resource("guard.sh"));
    }

    /** {@code bin/train.sh} of a run. */
    public static byte[] trainScript() {
        return resource("train.sh");
    }

    /** {@code bin/checkpoints.py} of a run. */
    public static byte[] checkpointsScript() {
        return resource("checkpoints.py");
    }

    /** Runs a command for a client, and ends it with the client. */
    public static byte[] execScript() {
        return resource("exec.sh");
    }

    /** {@code bin/tensorboard.sh} of a run. */
    public static byte[] tensorboardScript() {
        return resource("tensorboard.sh");
    }

    /** What looks at the pod before anything else; it travels on a command's standard input. */
    public static byte[] preflightScript() {
        return resource("preflight.sh");
    }

    private static byte[] resource(String name) {
        try (InputStream in = PodScripts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program was built without its resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + name, e);
        }
    }
}
