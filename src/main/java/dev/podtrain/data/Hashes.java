package dev.podtrain.data;

import dev.podtrain.base.Progress;
import dev.podtrain.transfer.FileStat;
import dev.podtrain.transfer.HashCache;
import dev.podtrain.transfer.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Compares contents where size and time do not decide; both sides hash at the same time. */
final class Hashes {
    /** Asked for by so many, so that no answer is long in coming. */
    private static final int AT_ONCE = 200;

    private final Agent agent;
    private final Path cacheFile;
    private final Progress progress;

    Hashes(Agent agent, Path cacheFile, Progress progress) {
        this.agent = agent;
        this.cacheFile = cacheFile;
        this.progress = progress;
    }

    /** Adds each entry to those that are the same or to those that are different. */
    void compare(
            List<Entry> uncertain,
            Function<Entry, String> remotePath,
            Function<Entry, Path> localFile,
            List<Entry> same,
            List<Entry> different)
            throws IOException {
        if (uncertain.isEmpty()) {
            return;
        }
        progress.report("comparing the content of " + uncertain.size() + " files");
        HashCache cache = HashCache.open(cacheFile);
        for (List<Entry> some : Lists.cut(uncertain, AT_ONCE)) {
            List<String> paths = some.stream().map(remotePath).toList();
            agent.request("hash", json -> Agent.writeStrings(json, "paths", paths));
            agent.flush();
            List<String> own = new ArrayList<>();
            for (Entry entry : some) {
                own.add(hash(localFile.apply(entry), cache));
            }
            List<List<String>> theirs = agent.answer().rows("hashes");
            for (int i = 0; i < some.size(); i++) {
                (own.get(i).equals(theirs.get(i).get(0)) ? same : different).add(some.get(i));
            }
        }
        cache.save();
    }

    /** Of a file here; a word that no hash equals if it cannot be read: transferring it will tell why. */
    private static String hash(Path file, HashCache cache) {
        try {
            FileStat stat = FileStat.of(file);
            Optional<String> known = cache.find(file.toString(), stat);
            if (known.isPresent()) {
                return known.get();
            }
            String hash = Sha256.of(file);
            if (FileStat.of(file).equals(stat)) {
                cache.add(file.toString(), stat, hash);
            }
            return hash;
        } catch (IOException e) {
            return "unreadable";
        }
    }
}
