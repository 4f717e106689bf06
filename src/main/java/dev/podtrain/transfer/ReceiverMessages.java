package dev.podtrain.transfer;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is said between {@link CodeSync} and {@code receive_code.py}, as JSON. */
final class ReceiverMessages {
    /** The indices of a million files. */
    static final int LONGEST_LINE = 10_000_000;

    private ReceiverMessages() {}

    record Request(String dir, String manifest, String tree, List<String> excluded, List<Entry> files) {
        static Request of(CodeTree tree, String remoteDir, String manifestPath) {
            List<Entry> entries = tree.files().stream().map(Entry::of).toList();
            return new Request(remoteDir, manifestPath, tree.treeHash(), tree.excluded(), entries);
        }
    }

    /** A file, or a link, for which size, executable and hash mean nothing. */
    record Entry(String kind, String path, long size, boolean executable, String sha256, String target) {
        static Entry of(CodeFile file) {
            if (file instanceof CodeFile.Regular regular) {
                return new Entry("file", regular.path(), regular.size(), regular.executable(), regular.sha256(), "");
            }
            if (file instanceof CodeFile.Link link) {
                return new Entry("link", link.path(), 0, false, "", link.target());
            }
            throw new AssertionError(file);
        }
    }

    /** Exactly one part is there. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Answer(
            @Nullable List<@Nullable Integer> need,
            @Nullable Done done,
            @Nullable Trouble problem) {

        /** The files that the receiver asks for by their index; empty if it asks for none, or for what there is not. */
        Optional<List<CodeFile.Regular>> needed(CodeTree tree) {
            if (need == null) {
                return Optional.empty();
            }
            List<CodeFile.Regular> files = new ArrayList<>();
            for (Integer index : need) {
                if (index == null
                        || index < 0
                        || index >= tree.files().size()
                        || !(tree.files().get(index) instanceof CodeFile.Regular file)) {
                    return Optional.empty();
                }
                files.add(file);
            }
            return Optional.of(files);
        }
    }

    /**
     * @param kept files of an earlier sync that are no longer part of the code, but were changed on the host
     * @param replaced files that were changed on the host and are now as in the code
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Done(
            int received,
            long bytes,
            int deleted,
            int changes,
            @Nullable List<String> kept,
            @Nullable List<String> replaced) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Trouble(@Nullable String kind, @Nullable String detail) {}

    /**
     * The next answer; lines that cannot be one, printed by a login shell's start-up files, are passed over.
     *
     * @return empty if no more comes
     * @throws IOException also for a line that is no answer, or longer than any
     */
    static Optional<Answer> next(Reader from, ObjectMapper json) throws IOException {
        Optional<String> line = line(from);
        while (line.isPresent() && !line.get().startsWith("{")) {
            line = line(from);
        }
        return line.isPresent() ? Optional.of(json.readValue(line.get(), Answer.class)) : Optional.empty();
    }

    private static Optional<String> line(Reader from) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = from.read();
        if (next < 0) {
            return Optional.empty();
        }
        while (next >= 0 && next != '\n') {
            if (line.length() == LONGEST_LINE) {
                throw new IOException("the receiver printed a line without end");
            }
            line.append((char) next);
            next = from.read();
        }
        return Optional.of(line.toString());
    }
}
