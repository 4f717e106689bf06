package dev.podtrain.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ssh.DataPipe;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.SshException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One conversation with {@code data_agent.py} on the host. Requests may be sent ahead of their answers, which come in the
 * same order; one thread may send while another reads.
 */
final class Agent implements AutoCloseable {
    private static final String SCRIPT = "data_agent.py";
    private static final JsonFactory JSON = new JsonFactory();
    private static final int LONGEST_LINE = 64 * 1024 * 1024;

    private final DataPipe pipe;
    private final InputStream in;

    private Agent(DataPipe pipe) {
        this.pipe = pipe;
        this.in = pipe.fromHost();
    }

    /** Over a connection of its own, for much data. */
    static Agent open(DataPipes pipes, String root) throws InterruptedException, SshException {
        return new Agent(pipes.open(SCRIPT, Resources.bytes(SCRIPT), List.of(root)));
    }

    /** Over the connection that is there, if there is one, for what is short. */
    static Agent openShort(DataPipes pipes, String root) throws InterruptedException, SshException {
        return new Agent(pipes.openShort(SCRIPT, Resources.bytes(SCRIPT), List.of(root)));
    }

    /** Writes the members of a request. */
    interface Members {
        void write(JsonGenerator json) throws IOException;
    }

    /** Sends a request; contents that belong to it are written to {@link #contents} next. */
    void request(String operation, Members members) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("op", operation);
            members.write(json);
            json.writeEndObject();
        }
        line.write('\n');
        write(line.toByteArray());
    }

    static void writeStrings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** For contents of the last request. */
    WritableByteChannel contents() {
        return pipe.toHost();
    }

    /** Sends a line that belongs to the last request, behind its contents. */
    void line(String text) throws IOException {
        write((text + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            pipe.toHost().write(left);
        }
    }

    void flush() throws IOException {
        pipe.flush();
    }

    /**
     * The next answer.
     *
     * @throws ProblemException if the host cannot go on, above all because its disk is full
     */
    Answer answer() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the host stopped answering");
            }
            if (line.size() >= LONGEST_LINE) {
                throw new IOException("the host's answer has no end");
            }
            line.write(next);
        }
        Answer answer = Answer.parse(line.toByteArray());
        String fatal = answer.word("fatal");
        if (fatal != null) {
            throw fatal(fatal, String.valueOf(answer.word("detail")));
        }
        return answer;
    }

    /** Sends a request without contents and waits for its answer. */
    Answer ask(String operation, Members members) throws IOException {
        request(operation, members);
        flush();
        return answer();
    }

    /** Exactly so many of the bytes that follow an answer. */
    byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the host stopped in mid-file");
        }
        return bytes;
    }

    /** Up to that many of the bytes that follow an answer, at least one. */
    int read(byte[] target, int length) throws IOException {
        int taken = in.read(target, 0, length);
        if (taken < 0) {
            throw new EOFException("the host stopped in mid-file");
        }
        return taken;
    }

    SshException failure(IOException e) throws InterruptedException {
        return pipe.failure(e);
    }

    private static ProblemException fatal(String kind, String detail) {
        boolean full = kind.equals("full");
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                full ? "no space is left on the receiving side" : "the receiving side cannot go on",
                detail,
                full
                        ? "free space there or enlarge the volume, then run the command again"
                        : "mend that, then run the command again: it goes on where it stopped",
                "what had arrived is in place; of a large file under way a hidden part is kept, and no file is"
                        + " half-visible"));
    }

    @Override
    public void close() {
        pipe.close();
    }
}
