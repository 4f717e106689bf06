package dev.podtrain.cli;

import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.run.CareOperations;
import dev.podtrain.run.FileOperations;
import dev.podtrain.run.RunOperations;
import dev.podtrain.run.TunnelOperations;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What a verb works with: the use cases, made only if they are asked for, the streams, and the options all verbs share.
 *
 * @param directory the project's directory, absolute
 */
record Session(
        Supplier<RunOperations> runs,
        Supplier<FileOperations> files,
        Supplier<TunnelOperations> tunnels,
        Supplier<CareOperations> care,
        Supplier<LocalCloudOperations> localCloud,
        Terminal terminal,
        Screen screen,
        Time time,
        String version,
        Path directory,
        boolean json,
        boolean verbose) {

    /** Where a verb without phases says what it is doing. */
    Progress progress() {
        return new Progress() {
            @Override
            public void report(String message) {
                if (verbose) {
                    screen.say(message);
                } else {
                    screen.passing(message);
                }
            }

            @Override
            public void warn(String message) {
                screen.warn(message);
            }
        };
    }
}
