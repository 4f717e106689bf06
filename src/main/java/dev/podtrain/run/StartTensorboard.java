package dev.podtrain.run;

import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.script.PodScripts;
import dev.podtrain.ssh.RemoteFile;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import dev.podtrain.tunnel.FarEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** Sees to it that a TensorBoard of the run answers on the pod, and tells on which port of the pod it does. */
final class StartTensorboard implements FarEnd {
    /** More than the script gives itself, which installs a package if need be. */
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final String ANSWER = "PORT=";
    private static final String WARNING = "warning: ";
    private static final int NONE_THERE = 3;
    private static final int LONGEST_ERROR = 4096;

    private final RemoteRun remote;
    private final String folder;
    private final boolean start;
    private final Time time;
    private final Progress progress;

    /**
     * @param folder of the event files, absolute, on the pod
     * @param start whether to start one that is not there
     */
    StartTensorboard(RemoteRun remote, String folder, boolean start, Time time, Progress progress) {
        this.remote = remote;
        this.folder = folder;
        this.start = start;
        this.time = time;
        this.progress = progress;
    }

    @Override
    public int port(SshSession session) throws InterruptedException, SshException {
        Deadline deadline = Deadline.in(time, LIMIT);
        session.writeFiles(
                List.of(new RemoteFile(remote.tensorboardScript(), PodScripts.tensorboardScript(), 0755)), deadline);
        List<String> command = start
                ? List.of("bash", remote.tensorboardScript(), "start", folder)
                : List.of("bash", remote.tensorboardScript(), "status");
        try (RemoteProcess process = session.open(command, deadline)) {
            String last = "";
            String error;
            try {
                last = passOn(process);
                error = new String(process.stderr().readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw process.failure(e);
            }
            OptionalInt exitStatus = process.waitFor(deadline);
            if (exitStatus.isPresent() && exitStatus.getAsInt() == NONE_THERE) {
                throw noneThere();
            }
            if (exitStatus.orElse(1) != 0 || !last.matches(ANSWER + "[0-9]{1,5}")) {
                throw failed(error.isEmpty() ? last : error);
            }
            return Integer.parseInt(last.substring(ANSWER.length()));
        }
    }

    /** Shows what the script says while it says it; gives its last line. */
    private String passOn(RemoteProcess process) throws IOException {
        String last = "";
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.stdout(), StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null) {
            if (!line.isBlank()) {
                last = line;
                show(line);
            }
            line = lines.readLine();
        }
        return last;
    }

    private void show(String line) {
        if (line.startsWith(WARNING)) {
            progress.warn(line.substring(WARNING.length()));
        } else if (!line.startsWith(ANSWER)) {
            progress.report(line);
        }
    }

    private ProblemException failed(String why) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "could not start TensorBoard on the pod",
                why,
                "its whole output is in " + remote.directory() + "/tensorboard.log on the pod;"
                        + " add tensorboard to your requirements.txt if it cannot be installed later",
                "the training goes on"));
    }

    private static ProblemException noneThere() {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "no TensorBoard answers on the pod",
                "none was started by this program, and nothing listens on port 6006",
                "leave --no-start out to start one, or reach another port with 'pod-train tunnel PORT'",
                "the training goes on"));
    }
}
