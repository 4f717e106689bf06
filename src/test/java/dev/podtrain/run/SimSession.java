package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ssh.ForwardedConnection;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.RemoteResult;
import dev.podtrain.ssh.SimulatedFailure;
import dev.podtrain.ssh.SshEndpoint;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshException.Kind;
import dev.podtrain.ssh.SshSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/**
 * A logged-in connection to a pod that understands exactly the commands that the program sends. It can break at any
 * point, so that a command was carried out, or not, without a word about it.
 */
@NullUnmarked // a world is full of what is not there yet, or not any more
final class SimSession implements SshSession {
    private final SimWorld world;
    private final SimVolume volume;
    private final Rules rules;
    private final SimClient client;
    private final SimPod pod;
    private final int container;
    private boolean open = true;

    SimSession(SimWorld world, SimVolume volume, Rules rules, SimClient client, SimPod pod) {
        this.world = world;
        this.volume = volume;
        this.rules = rules;
        this.client = client;
        this.pod = pod;
        this.container = pod.generation();
    }

    @Override
    public String hostKey() {
        return pod.hostKey;
    }

    @Override
    public boolean isOpen() {
        return open && pod.generation() == container;
    }

    boolean isBroken() {
        return !isOpen() || !pod.answers();
    }

    void cut() {
        world.count("ssh: connection cut");
        open = false;
    }

    SshException lost() {
        open = false;
        world.count("ssh: LOST");
        return SimulatedFailure.of(Kind.LOST, "the connection is gone");
    }

    /** Something done on the pod. */
    private interface Work<T> {
        T get() throws SshException;
    }

    private <T> T on(String call, Deadline deadline, Work<T> work) throws InterruptedException, SshException {
        client.enter(call);
        client.throwIfInterrupted();
        alive();
        if (world.trouble(0.2)) {
            world.count("ssh: cut before the command");
            throw lost();
        }
        world.pass(world.millis(10, 300));
        alive();
        T result = work.get();
        if (world.trouble(0.2)) {
            world.count("ssh: cut after the command");
            throw lost();
        }
        world.pass(world.millis(10, 200));
        if (deadline.hasPassed()) {
            throw SimulatedFailure.of(Kind.TIMED_OUT, "the command did not end in time");
        }
        client.note("%s: %s", call, result);
        client.leave(call);
        return result;
    }

    private void alive() throws SshException {
        if (isOpen() && !pod.answers()) {
            // Silence is noticed after 6 seconds.
            world.count("ssh: host fell silent");
            world.pass(Duration.ofSeconds(6));
        }
        if (isBroken()) {
            throw lost();
        }
    }

    @Override
    public RemoteResult exec(List<String> command, byte[] stdin, Deadline deadline)
            throws InterruptedException, SshException {
        String name = command.get(0);
        if (name.equals("bash") && command.get(1).endsWith("/train.sh")) {
            String verb = command.get(2);
            return on("ssh train.sh " + verb, deadline, () -> trainScript(verb, deadline));
        }
        if (name.equals("bash") && command.get(1).equals("-s")) {
            return on("ssh preflight", deadline, this::preflight);
        }
        if (name.equals("sh") && command.get(2).startsWith("nvidia-smi")) {
            int gpus = pod.boot == SimPod.Boot.NO_GPU ? 0 : pod.gpus;
            return on("ssh nvidia-smi", deadline, () -> said(0, gpus + "\n"));
        }
        if (name.equals("sh") && command.get(3).equals("git_checkout")) {
            return on("ssh git", deadline, this::checkOut);
        }
        if (name.equals("stat")) {
            return on("ssh stat", deadline, () -> volume.log.exists ? said(0, volume.log.size() + "\n") : said(1, ""));
        }
        if (name.equals("tail")) {
            int from = Math.max(0, volume.log.size() - Integer.parseInt(command.get(2)));
            return on(
                    "ssh tail",
                    deadline,
                    () -> said(0, new String(volume.log.range(from, volume.log.size()), StandardCharsets.UTF_8)));
        }
        throw new AssertionError("the simulated pod does not know " + command);
    }

    private static RemoteResult said(int exitStatus, String text) {
        return new RemoteResult(exitStatus, text, exitStatus == 0 ? "" : "failed");
    }

    private RemoteResult preflight() {
        if (volume.full) {
            world.count("volume: full at the preflight");
            return said(0, "workspace fail cannot be written\ndone\n");
        }
        return said(0, "workspace ok can be written\ndone\n");
    }

    private RemoteResult checkOut() {
        if (volume.full) {
            world.count("volume: full at checkout");
            return said(128, "");
        }
        volume.hasCode = true;
        return said(0, "");
    }

    private RemoteResult trainScript(String verb, Deadline deadline) throws SshException {
        switch (verb) {
            case "start" -> {
                SimVolume.Started started = volume.start(pod);
                world.pass(world.millis(30, 900));
                return said(started.exitCode(), started.output());
            }
            case "status" -> {
                String json = volume.status(pod);
                return json == null ? said(1, "") : said(0, json);
            }
            case "stop" -> {
                return stopTraining(deadline);
            }
            default -> throw new AssertionError(verb);
        }
    }

    private RemoteResult stopTraining(Deadline deadline) throws SshException {
        SimTraining training = volume.trainingOn(pod);
        if (volume.settings == null) {
            return said(1, "");
        }
        if (training == null) {
            return said(0, "");
        }
        volume.ending = "stopped";
        training.terminate();
        Duration grace = Duration.ofSeconds(Long.parseLong(volume.settings.getOrDefault("SAVE_GRACE", "60")));
        pod.inContainer(grace.plusMillis(500), training::killTrainer);
        while (volume.trainsHere(pod)) {
            if (deadline.hasPassed()) {
                throw SimulatedFailure.of(Kind.TIMED_OUT, "train.sh stop did not end in time");
            }
            alive();
            world.passToNextEvent(shorter(deadline.remaining(), Duration.ofSeconds(30)));
        }
        alive();
        return said(0, "");
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    @Override
    public void writeFiles(List<RemoteFile> files, Deadline deadline) throws InterruptedException, SshException {
        on("ssh write " + files.size() + " files", deadline, () -> {
            for (RemoteFile file : files) {
                String name = file.path().substring(file.path().lastIndexOf('/') + 1);
                if (volume.full && !name.equals("secrets.env")) {
                    world.count("volume: full at a write");
                    throw new ProblemException(new Problem(
                            Problem.Kind.FAILED,
                            "could not write " + file.path(),
                            "no space left",
                            "make room",
                            "as before"));
                }
                put(name, new String(file.content(), StandardCharsets.UTF_8));
            }
            return files.size();
        });
    }

    @Override
    public SshEndpoint endpoint() {
        throw new AssertionError("no other SSH program is used here");
    }

    @Override
    public void throwIfLost() throws SshException {
        if (!isOpen()) {
            throw lost();
        }
    }

    @Override
    public ForwardedConnection forward(int port, Deadline deadline) {
        throw new AssertionError("nothing is forwarded here");
    }

    private void put(String name, String content) {
        if (name.equals("settings.env")) {
            Map<String, String> settings = new TreeMap<>();
            for (String line : content.lines().toList()) {
                int equals = line.indexOf('=');
                String value = line.substring(equals + 1);
                settings.put(
                        line.substring(0, equals),
                        value.startsWith("'") ? value.substring(1, value.length() - 1) : value);
            }
            volume.settings = settings;
        } else if (name.equals("hourly_price")) {
            volume.hourlyPrice = content.strip();
        }
    }

    @Override
    public RemoteProcess open(List<String> command) throws InterruptedException, SshException {
        return open(command, null);
    }

    @Override
    public RemoteProcess open(List<String> command, Deadline deadline) throws InterruptedException, SshException {
        boolean follows = command.get(0).equals("sh") && command.get(5).equals("follow_file.py");
        String call = follows ? "ssh follow" : "ssh fetch";
        client.enter(call);
        client.throwIfInterrupted();
        alive();
        world.pass(world.millis(10, 300));
        alive();
        long offset = follows
                ? Long.parseLong(command.get(8))
                : Long.parseLong(command.get(2).substring(1)) - 1;
        rules.reads(client, offset);
        client.leave(call);
        client.note("%s from %d", call, offset);
        return new SimLogProcess(world, volume, client, this, pod, offset, follows);
    }

    @Override
    public void close() {
        open = false;
    }
}
