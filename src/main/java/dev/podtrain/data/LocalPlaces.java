package dev.podtrain.data;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The places on this machine where fetched things go. */
final class LocalPlaces {
    private final Path localDir;
    private final Map<String, RemoteItem> wanted;
    private final LeftOut leftOut;

    LocalPlaces(Path localDir, Map<String, RemoteItem> wanted, LeftOut leftOut) {
        this.localDir = localDir;
        this.wanted = wanted;
        this.leftOut = leftOut;
    }

    /** What is there now. */
    static Map<String, Entry> entries(Map<String, RemoteItem> wanted) {
        Map<String, Entry> here = new LinkedHashMap<>();
        wanted.forEach((path, item) -> LocalTree.entryOf(path, item.file()).ifPresent(entry -> here.put(path, entry)));
        return here;
    }

    void makeFolders(List<Entry> folders) {
        each(folders, item -> {
            if (!Files.isDirectory(item.file(), LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(item.file());
            }
        });
    }

    void makeLinks(List<Entry> links) {
        each(links, item -> {
            if (Files.isDirectory(item.file(), LinkOption.NOFOLLOW_LINKS)) {
                throw new NewFile.InTheWayException("a folder is there");
            }
            Files.deleteIfExists(item.file());
            Files.createSymbolicLink(item.file(), Path.of(item.entry().target()));
        });
    }

    void setTimes(List<Entry> files) {
        each(files, item -> NewFile.setTime(item.file(), item.entry()));
    }

    private interface Action {
        void apply(RemoteItem item) throws IOException;
    }

    private void each(List<Entry> entries, Action action) {
        try {
            Files.createDirectories(localDir);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.usage(
                            "cannot put anything into " + localDir,
                            LocalTree.reason(e),
                            "name another folder, or mend that one"),
                    e);
        }
        for (Entry entry : entries) {
            RemoteItem item = Lists.at(wanted, entry.path());
            try {
                action.apply(item);
            } catch (IOException e) {
                leftOut.add(entry.path(), NewFile.trouble(item.file(), e));
            }
        }
    }
}
