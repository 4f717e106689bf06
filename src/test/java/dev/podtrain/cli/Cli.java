package dev.podtrain.cli;

import dev.podtrain.base.FakeTime;

/** The whole command line in this process, with use cases that a test plays. */
final class Cli {
    final FakeRuns runs = new FakeRuns();
    final FakeFiles files = new FakeFiles();
    final FakeTunnels tunnels = new FakeTunnels();
    final FakeCare care = new FakeCare();
    final FakeLocalCloud localCloud = new FakeLocalCloud();
    final FakeTerminal terminal = new FakeTerminal();
    final FakeTime time = new FakeTime();

    /** What the program left behind. */
    record Result(int exitCode, String out, String err) {}

    Result run(String... arguments) {
        int exitCode = new CommandLineInterface(
                        () -> runs, () -> files, () -> tunnels, () -> care, () -> localCloud, terminal, time, "1.2.3")
                .run(arguments);
        return new Result(exitCode, terminal.shownOut(), terminal.shownErr());
    }
}
