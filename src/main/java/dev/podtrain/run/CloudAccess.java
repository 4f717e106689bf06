package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.config.Settings;

/** Opens the provider that settings name; brings the local cloud up where that is meant. */
public interface CloudAccess {
    /** The caller closes it. */
    Cloud open(Settings settings, boolean local, Progress progress) throws InterruptedException;
}
