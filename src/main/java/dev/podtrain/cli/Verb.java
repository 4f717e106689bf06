package dev.podtrain.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Something the program can be told to do. */
interface Verb {
    /** Its options, parameters and help, named as it is typed. */
    CommandSpec spec();

    /** Does it and shows the result. */
    ExitCode run(ParseResult given, Session session) throws InterruptedException;
}
