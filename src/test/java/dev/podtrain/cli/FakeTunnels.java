package dev.podtrain.cli;

import dev.podtrain.run.TunnelOperations;
import java.util.ArrayList;
import java.util.List;

/** Tunnels that do what a test says, and remember what they were asked for; without a word they end at once. */
final class FakeTunnels implements TunnelOperations {
    /** What an open port does. */
    interface Playing {
        void play(TunnelListener listener) throws InterruptedException;
    }

    Playing onOpen = listener -> {};
    final List<Object> requests = new ArrayList<>();

    @Override
    public void tunnel(TunnelRequest request, TunnelListener listener) throws InterruptedException {
        requests.add(request);
        onOpen.play(listener);
    }

    @Override
    public void tensorboard(TensorboardRequest request, TunnelListener listener) throws InterruptedException {
        requests.add(request);
        onOpen.play(listener);
    }

    @Override
    public void tensorboardHere(LocalRequest request, TunnelListener listener) throws InterruptedException {
        requests.add(request);
        onOpen.play(listener);
    }
}
