package dev.podtrain.cli;

import dev.podtrain.ledger.RunState;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Something the program can be told to do. */
interface Verb {
    /** Its options, parameters and help, named as it is typed. */
    CommandSpec spec();

    /** Whether it begins by naming what other runs may have left behind. */
    default boolean namesOrphans() {
        return true;
    }

    /** Whether a run that may have been left behind is the very one this is about, so that nothing need be said. */
    default boolean isAbout(RunState run, ParseResult given, Session session) {
        return false;
    }

    /** Does it and shows the result. */
    ExitCode run(ParseResult given, Session session) throws InterruptedException;

    /** The same with the exit code as a number, which only another program's may be outside of {@link ExitCode}. */
    default int exitCode(ParseResult given, Session session) throws InterruptedException {
        return run(given, session).code();
    }
}
