package dev.podtrain.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The arguments of the serving process: written by {@link LocalCloudControl}, not by people. */
record ServeOptions(LocalCloud.Config config, Duration idleExit) {
    private static final Duration IDLE_EXIT = Duration.ofMinutes(10);

    /** Empty if the arguments make no sense. */
    static Optional<ServeOptions> parse(List<String> arguments) {
        @Nullable Path stateDir = null;
        Duration idleExit = IDLE_EXIT;
        @Nullable Duration bootDelay = null;
        Iterator<String> each = arguments.iterator();
        while (each.hasNext()) {
            String name = each.next();
            if (!each.hasNext()) {
                return Optional.empty();
            }
            String value = each.next();
            if (name.equals("--state-dir")) {
                stateDir = Path.of(value);
            } else if (name.equals("--idle-exit") && isNumber(value)) {
                idleExit = Duration.ofSeconds(Long.parseLong(value));
            } else if (name.equals("--boot-delay") && isNumber(value)) {
                bootDelay = Duration.ofMillis(Long.parseLong(value));
            } else {
                return Optional.empty();
            }
        }
        if (stateDir == null) {
            return Optional.empty();
        }
        LocalCloud.Config config = LocalCloud.Config.in(stateDir);
        return Optional.of(new ServeOptions(bootDelay == null ? config : config.withBootDelay(bootDelay), idleExit));
    }

    private static boolean isNumber(String text) {
        return text.matches("\\d{1,9}");
    }
}
