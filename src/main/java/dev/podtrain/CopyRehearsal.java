package dev.podtrain;

import dev.podtrain.base.Time;
import dev.podtrain.ledger.RunId;
import dev.podtrain.ledger.RunState;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.run.KnownPods;
import dev.podtrain.ssh.SshEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;

/**
 * Copies once to and from a run's pod, which is a folder of this machine: in the place of {@code ssh} there has to be, on
 * the search path, the script that it writes to {@code bin/ssh} of its folder.
 */
final class CopyRehearsal {
    /** What it is told to run on the host, its last argument, it runs here. */
    private static final String NO_SSH = "#!/bin/sh\nfor last; do :; done\nexec sh -c \"$last\"\n";

    private static final int LARGE = 5_000_000;

    private final Path folder;
    private final RunStore store;
    private final Time time;

    CopyRehearsal(Path folder, RunStore store, Time time) {
        this.folder = folder;
        this.store = store;
        this.time = time;
    }

    void run(Consumer<String[]> commandLine) throws IOException {
        Path program = Files.createDirectories(folder.resolve("bin")).resolve("ssh");
        Files.writeString(program, NO_SSH);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Path project = Files.createDirectories(folder.resolve("copied")).toRealPath();
        Path data = Files.createDirectories(project.resolve("data"));
        Files.writeString(data.resolve("small"), "x");
        Files.write(data.resolve("large"), new byte[LARGE]);
        Files.writeString(project.resolve(".runpod.env"), "# Settings\nGPU_COUNT=1\nexport TRAIN_COMMAND='true'\n");
        String here = project.toString();
        String there = project.resolve("there").toString();
        RunId run = new RunId("rehearsal-000001");
        ClassRehearsal.writeRun(store.ledger(run), run, here, time.now());
        Path key = store.privateKey(run);
        RunState state = store.ledger(run).state().orElseThrow();
        SshEndpoint nobody = new SshEndpoint("localhost", 1, "nobody", key, "ssh-ed25519 none");
        new KnownPods(store, key, state).remember("pod", nobody);
        commandLine.accept(new String[] {"-C", here, "push", "data", there});
        commandLine.accept(new String[] {"-C", here, "push", "data", there});
        commandLine.accept(new String[] {"-C", here, "pull", there + "/data", "home"});
    }
}
