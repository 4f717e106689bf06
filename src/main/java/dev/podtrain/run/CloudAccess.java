package dev.podtrain.run;

import dev.podtrain.base.Progress;
import dev.podtrain.config.Account;
import dev.podtrain.config.DataSettings;
import dev.podtrain.config.Settings;

/** Opens the provider that an account is with; brings the local cloud up where that is meant. */
public interface CloudAccess {
    /**
     * The caller closes it.
     *
     * @param data whose keys open the volumes' S3
     */
    Cloud open(Account account, DataSettings data, boolean local, Progress progress) throws InterruptedException;

    /** The same for what has to do with pods alone. */
    default Cloud open(Account account, boolean local, Progress progress) throws InterruptedException {
        return open(account, DataSettings.NONE, local, progress);
    }

    /** The same for the account that settings name. */
    default Cloud open(Settings settings, boolean local, Progress progress) throws InterruptedException {
        return open(settings.account(), settings.data(), local, progress);
    }

    /** The same for somebody who would rather know at once that nobody answers. */
    default Cloud openBriefly(Account account, Progress progress) throws InterruptedException {
        return open(account, false, progress);
    }
}
