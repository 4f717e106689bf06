package dev.podtrain.local;

import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The account, changed under a lock and written at each change. */
final class AccountFile {
    private final Path file;
    private Account account;

    AccountFile(Path file, Account account) {
        this.file = file;
        this.account = account;
    }

    synchronized Account get() {
        return account;
    }

    synchronized Account change(UnaryOperator<Account> change) {
        Account changed = change.apply(account);
        StateDir.write(file, Json.bytes(changed));
        account = changed;
        return changed;
    }
}
