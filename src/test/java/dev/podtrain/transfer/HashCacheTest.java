package dev.podtrain.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HashCacheTest {
    private static final FileStat LONG_AGO = new FileStat(5, 0100644, 77, 1_000, 2_000);

    @Test
    void hashOfAnUnchangedFileIsRemembered(@TempDir Path folder) throws IOException {
        remember(folder, LONG_AGO);

        assertThat(HashCache.open(folder.resolve("hashes")).find("a\nb", LONG_AGO))
                .hasValue("abc");
    }

    @Test
    void anyDifferenceForgetsTheHash(@TempDir Path folder) throws IOException {
        remember(folder, LONG_AGO);
        HashCache cache = HashCache.open(folder.resolve("hashes"));

        assertThat(cache.find("other", LONG_AGO)).isEmpty();
        assertThat(cache.find("a\nb", new FileStat(6, 0100644, 77, 1_000, 2_000)))
                .isEmpty();
        assertThat(cache.find("a\nb", new FileStat(5, 0100644, 78, 1_000, 2_000)))
                .isEmpty();
        assertThat(cache.find("a\nb", new FileStat(5, 0100644, 77, 1_001, 2_000)))
                .isEmpty();
        assertThat(cache.find("a\nb", new FileStat(5, 0100644, 77, 1_000, 2_001)))
                .isEmpty();
    }

    @Test
    void fileThatChangedJustBeforeIsReadAgain(@TempDir Path folder) throws IOException {
        HashCache cache = HashCache.open(folder.resolve("hashes"));
        // Made after the cache was opened, so that it is fresh however slow the machine is.
        FileStat justNow = FileStat.of(Files.writeString(folder.resolve("file"), "x"));
        cache.add("a\nb", justNow, "abc");
        cache.save();

        assertThat(HashCache.open(folder.resolve("hashes")).find("a\nb", justNow))
                .isEmpty();
    }

    @Test
    void fileThatIsNoLongerSeenIsForgotten(@TempDir Path folder) throws IOException {
        remember(folder, LONG_AGO);
        HashCache.open(folder.resolve("hashes")).save();

        assertThat(HashCache.open(folder.resolve("hashes")).find("a\nb", LONG_AGO))
                .isEmpty();
    }

    private static void remember(Path folder, FileStat stat) throws IOException {
        HashCache cache = HashCache.open(folder.resolve("hashes"));
        cache.add("a\nb", stat, "abc");
        cache.save();
    }
}
