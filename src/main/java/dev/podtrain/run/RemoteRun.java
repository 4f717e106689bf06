package dev.podtrain.run;

import dev.podtrain.ledger.RunId;

/** Where a run's files are on the pod; see {@code docs/remote-protocol.md}. */
record RemoteRun(String directory) {
    static final String SECRETS = "/dev/shm/pod-train/secrets.env";

    static RemoteRun of(RunId run) {
        return new RemoteRun(RunSpec.WORKSPACE + "/.pod-train/runs/" + run.value());
    }

    String trainScript() {
        return directory + "/bin/train.sh";
    }

    String checkpointsScript() {
        return directory + "/bin/checkpoints.py";
    }

    String tensorboardScript() {
        return directory + "/bin/tensorboard.sh";
    }

    String settings() {
        return directory + "/settings.env";
    }

    String price() {
        return directory + "/hourly_price";
    }

    String log() {
        return directory + "/train.log";
    }

    String pidFile() {
        return directory + "/train.pid";
    }
}
