package dev.podtrain.transfer;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A file of the code while it is sent. Its failures are problems with this machine's files, never the connection's. */
final class SourceFile implements AutoCloseable {
    private final Path file;
    private final String path;
    private final InputStream in;
    private long left;

    SourceFile(Path root, CodeFile.Regular file) {
        this.file = root.resolve(file.path());
        this.path = file.path();
        this.left = file.size();
        try {
            this.in = Files.newInputStream(this.file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw Unreadable.problem(this.file, e);
        }
    }

    /** The next bytes into the start of the chunk; 0 once all that the tree says there are were read. */
    int read(byte[] chunk) {
        try {
            int length = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (length < 0) {
                throw changed(path);
            }
            left -= length;
            return length;
        } catch (IOException e) {
            throw Unreadable.problem(file, e);
        }
    }

    static ProblemException changed(String path) {
        return new ProblemException(new Problem(
                Problem.Kind.FAILED,
                "could not send " + path,
                "it was changed while the code was being sent",
                "run the command again",
                "the code on the pod is as it was before"));
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw Unreadable.problem(file, e);
        }
    }
}
