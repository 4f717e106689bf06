package dev.podtrain.transfer;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said between {@link CodeSync} and {@code receive_code.py}, as JSON. */
final class ReceiverMessages {
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
            @Nullable List<Integer> need,
            @Nullable Done done,
            @Nullable Trouble problem) {}

    /**
     * @param kept files of an earlier sync that are no longer part of the code, but were changed on the host
     * @param replaced files that were changed on the host and are now as in the code
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Done(int received, long bytes, int deleted, int changes, List<String> kept, List<String> replaced) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    record Trouble(String kind, String detail) {}
}
