package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.ssh.SimulatedFailure;
import dev.podtrain.ssh.SshClient;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshException.Kind;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.ssh.SshTarget;
import java.time.Duration;
import java.util.Optional;

/** One client's way to the pods, by address, with the failures of a real one. */
final class SimSsh implements SshClient {
    private final SimWorld world;
    private final SimCloud cloud;
    private final SimVolume volume;
    private final Rules rules;
    private final SimClient client;

    SimSsh(SimWorld world, SimCloud cloud, SimVolume volume, Rules rules, SimClient client) {
        this.world = world;
        this.cloud = cloud;
        this.volume = volume;
        this.rules = rules;
        this.client = client;
    }

    @Override
    public void warmUp() {}

    @Override
    public SshSession connect(SshTarget target, Deadline deadline) throws InterruptedException, SshException {
        client.enter("ssh connect");
        client.throwIfInterrupted();
        world.pass(world.millis(20, 300));
        Optional<SimPod> found = cloud.pods().stream()
                .filter(pod -> pod.isBilled() && pod.port == target.port())
                .findFirst();
        if (found.isEmpty() || !found.get().containerUp || !found.get().sshUp) {
            throw failure(Kind.REFUSED);
        }
        SimPod pod = found.get();
        if (!pod.answers()) {
            Duration limit = Duration.ofSeconds(15);
            world.pass(deadline.remaining().compareTo(limit) < 0 ? deadline.remaining() : limit);
            throw failure(Kind.UNREACHABLE);
        }
        if (world.trouble(0.5)) {
            throw failure(world.pick(Kind.REFUSED, Kind.BANNER, Kind.LOST, Kind.UNREACHABLE));
        }
        if (!target.fingerprints().contains(pod.hostKey)) {
            throw failure(Kind.HOST_KEY_MISMATCH);
        }
        client.leave("ssh connect");
        return new SimSession(world, volume, rules, client, pod);
    }

    private SshException failure(Kind kind) {
        world.count("ssh: " + kind);
        client.leave("ssh connect");
        return SimulatedFailure.of(kind, kind.name());
    }

    @Override
    public void close() {}
}
