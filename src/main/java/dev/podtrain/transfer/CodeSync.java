package dev.podtrain.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.podtrain.base.Deadline;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.ssh.RemoteProcess;
import dev.podtrain.ssh.RemotePython;
import dev.podtrain.ssh.SshException;
import dev.podtrain.ssh.SshSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes a folder on the host hold exactly the code of a {@link CodeTree}: what is missing there travels in one stream,
 * what an earlier sync brought and is no longer code goes away, and nothing else is touched. One command, two round
 * trips. It can be interrupted anywhere and run again.
 */
public final class CodeSync {
    private static final int CHUNK = 128 * 1024;
    private static final int NAMES_SHOWN = 5;
    private static final String AGAIN = "run the command again";
    private static final String AS_BEFORE = "the code on the pod is as it was before";
    private static final String PARTLY = "the code on the pod may be partly new; the next run completes it";

    private final ObjectMapper json = new ObjectMapper();

    /**
     * Brings the code to the host.
     *
     * @param remoteDir an absolute path; made if absent
     * @param manifestPath where the host remembers what a sync put there; an absolute path outside the folder, one for
     *     each folder
     * @throws SshException if the connection fails; running it again completes the work
     * @throws ProblemException if the host cannot take the code
     */
    public SyncReport sync(
            SshSession session,
            CodeTree tree,
            String remoteDir,
            String manifestPath,
            Deadline deadline,
            Progress progress)
            throws InterruptedException, SshException {
        byte[] request = encode(ReceiverMessages.Request.of(tree, remoteDir, manifestPath));
        byte[] script = Resources.bytes("receive_code.py");
        try (RemoteProcess receiver = RemotePython.start(session, "receive_code.py", script, List.of(), deadline)) {
            return new Exchange(receiver, tree, remoteDir, deadline, progress).run(request);
        }
    }

    private byte[] encode(ReceiverMessages.Request request) {
        try {
            return json.writeValueAsBytes(request);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a code tree can always be written as JSON", e);
        }
    }

    /** One conversation with the receiver. */
    private final class Exchange {
        private final RemoteProcess receiver;
        private final CodeTree tree;
        private final String remoteDir;
        private final Deadline deadline;
        private final Progress progress;
        private final OutputStream out;
        private final BufferedReader answers;

        Exchange(RemoteProcess receiver, CodeTree tree, String remoteDir, Deadline deadline, Progress progress) {
            this.receiver = receiver;
            this.tree = tree;
            this.remoteDir = remoteDir;
            this.deadline = deadline;
            this.progress = progress;
            this.out = receiver.stdin();
            this.answers = new BufferedReader(new InputStreamReader(receiver.stdout(), StandardCharsets.UTF_8));
        }

        SyncReport run(byte[] request) throws InterruptedException, SshException {
            try {
                ask(request);
                ReceiverMessages.Done done = send(answer().needed(tree).orElseThrow(this::unexpected))
                        .done();
                if (done == null) {
                    throw unexpected();
                }
                return report(done);
            } catch (IOException e) {
                throw receiver.failure(e);
            }
        }

        private void ask(byte[] request) throws IOException {
            try {
                out.write((request.length + "\n").getBytes(StandardCharsets.US_ASCII));
                out.write(request);
                out.flush();
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                // A receiver that ended before it was asked has no answer, but an exit status.
                return;
            }
        }

        /** Sends the contents of these files, and has the receiver's answer to them. */
        private ReceiverMessages.Answer send(List<CodeFile.Regular> files) throws IOException, InterruptedException {
            if (!files.isEmpty()) {
                long bytes = files.stream().mapToLong(CodeFile.Regular::size).sum();
                progress.report(
                        String.format(Locale.ROOT, "sending %d files, %.1f MB", files.size(), bytes / 1_000_000.0));
                try {
                    sendContents(files);
                } catch (InterruptedIOException e) {
                    throw e;
                } catch (IOException e) {
                    // A receiver that takes no more has everything, or says what is in its way, unless the connection
                    // broke: then there is no answer.
                    return answer();
                }
            }
            return answer();
        }

        private void sendContents(List<CodeFile.Regular> files) throws IOException {
            byte[] chunk = new byte[CHUNK];
            for (CodeFile.Regular file : files) {
                copy(file, chunk);
            }
            out.flush();
        }

        private void copy(CodeFile.Regular file, byte[] chunk) throws IOException {
            try (SourceFile source = new SourceFile(tree.root(), file)) {
                for (int length = source.read(chunk); length > 0; length = source.read(chunk)) {
                    out.write(chunk, 0, length);
                }
            }
        }

        /** The receiver's next answer, which is not that it gave up. */
        private ReceiverMessages.Answer answer() throws IOException, InterruptedException {
            Optional<ReceiverMessages.Answer> next = ReceiverMessages.next(answers, json);
            if (next.isEmpty()) {
                throw ended();
            }
            ReceiverMessages.Answer answer = next.get();
            if (answer.problem() != null) {
                throw problem(answer.problem());
            }
            return answer;
        }

        private ProblemException ended() throws IOException, InterruptedException {
            int status = receiver.waitFor(deadline).orElse(-1);
            if (status == RemotePython.NOT_FOUND) {
                return failed("there is no python3 on the host", "use an image with Python 3", AS_BEFORE);
            }
            String errors = new String(receiver.stderr().readAllBytes(), StandardCharsets.UTF_8);
            return failed("the receiver ended with status " + status + ": " + errors.strip(), AGAIN, PARTLY);
        }

        private ProblemException problem(ReceiverMessages.Trouble trouble) {
            String detail = String.valueOf(trouble.detail());
            return switch (String.valueOf(trouble.kind())) {
                case "full" -> failed("no space is left: " + detail, "free space there or enlarge the volume", PARTLY);
                case "in_the_way" ->
                    failed(
                            detail + " is there, is not part of the code, and is needed as a folder or file",
                            "move it away, or rename yours",
                            PARTLY);
                case "unsafe" -> failed("the path leads out of the folder: " + detail, "rename it", AS_BEFORE);
                case "busy" -> failed(detail, "wait for it to end, then run the command again", AS_BEFORE);
                case "changed" -> SourceFile.changed(detail);
                default -> failed(detail, AGAIN, PARTLY);
            };
        }

        private ProblemException unexpected() {
            return failed("the receiver's answers came in an order that makes no sense", AGAIN, PARTLY);
        }

        private ProblemException failed(String why, String next, String left) {
            return new ProblemException(new Problem(
                    Problem.Kind.FAILED, "could not bring the code to " + remoteDir + " on the pod", why, next, left));
        }

        private SyncReport report(ReceiverMessages.Done done) {
            warn("kept on the pod, because they were changed there since they were sent: ", done.kept());
            warn("replaced on the pod, where they were changed since they were sent: ", done.replaced());
            boolean unchanged = done.received() == 0 && done.changes() == 0;
            return new SyncReport(done.received(), done.bytes(), done.deleted(), unchanged);
        }

        private void warn(String message, @Nullable List<String> paths) {
            if (paths != null && !paths.isEmpty()) {
                String rest = paths.size() > NAMES_SHOWN ? " and " + (paths.size() - NAMES_SHOWN) + " more" : "";
                progress.warn(
                        message + String.join(", ", paths.subList(0, Math.min(NAMES_SHOWN, paths.size()))) + rest);
            }
        }
    }
}
