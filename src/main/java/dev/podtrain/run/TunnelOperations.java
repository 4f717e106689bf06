package dev.podtrain.run;

import dev.podtrain.base.Progress;
import java.math.BigDecimal;
import java.nio.file.Path;

/**
 * What the command line can ask for beside a training that goes on: ports of its pod, on this machine. Nothing here rents
 * or ends anything. Each method lasts until what it shows is gone; an interrupt (Ctrl+C) closes it, and ends as {@link
 * InterruptedException}. Each stops with a {@code ProblemException} where it cannot do what it says.
 */
public interface TunnelOperations {
    /** Carries a port of this machine to one of the run's pod; returns when the pod has ended. */
    void tunnel(TunnelRequest request, TunnelListener listener) throws InterruptedException;

    /**
     * The same to the TensorBoard of the run, which is started on the pod if it is not there. If the run has no pod, its
     * event files are read home over S3 and shown by a TensorBoard of this machine, if the listener agrees.
     */
    void tensorboard(TensorboardRequest request, TunnelListener listener) throws InterruptedException;

    /** Shows event files of this machine with a TensorBoard of this machine; returns when that has ended. */
    void tensorboardHere(LocalRequest request, TunnelListener listener) throws InterruptedException;

    /**
     * What to connect with what.
     *
     * @param remotePort of the pod, 1 to 65535
     * @param localPort of this machine, 1 to 65535; the next free one if it is taken
     */
    record TunnelRequest(RunSelector selector, int remotePort, int localPort) {}

    /**
     * Whose TensorBoard is meant.
     *
     * @param start whether to start it on the pod if it is not there
     */
    record TensorboardRequest(RunSelector selector, boolean start) {}

    /**
     * What to show without a pod.
     *
     * @param projectDir whose settings count
     * @param folder the event files, in it or below it
     */
    record LocalRequest(Path projectDir, Path folder) {}

    /** Who watches. */
    interface TunnelListener extends Progress {
        /** It can be used from now on. Said again if the way leads to another pod of the run. */
        void opened(OpenPort port);

        /**
         * The run has no pod, but its event files can be had without one, for free.
         *
         * @param files and {@code bytes}: what has to be read that is not on this machine yet
         * @return whether to read and show them
         */
        boolean readsEventFiles(String run, int files, long bytes);
    }

    /** A port of this machine at which something answers. */
    sealed interface OpenPort {
        int localPort();

        /** The one that was asked for; not the local port if that was taken. */
        int wantedPort();

        /**
         * It leads to a pod.
         *
         * @param local whether that is one of the local cloud, which costs nothing
         */
        record OnPod(
                int localPort,
                int wantedPort,
                int remotePort,
                String run,
                String podId,
                BigDecimal hourlyPriceUsd,
                boolean local)
                implements OpenPort {}

        /** It is served by this machine itself. */
        record Here(int localPort, int wantedPort) implements OpenPort {}
    }
}
