package dev.podtrain;

import dev.podtrain.base.SystemTime;
import dev.podtrain.cli.CommandLineInterface;
import dev.podtrain.cli.SystemTerminal;
import dev.podtrain.ledger.Records;
import dev.podtrain.ledger.RunStore;
import dev.podtrain.local.LocalCloud;
import dev.podtrain.local.LocalCloudControl;
import dev.podtrain.run.Care;
import dev.podtrain.run.FileUseCases;
import dev.podtrain.run.Operations;
import dev.podtrain.run.Tunnels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Entry point: builds the program's objects from the process's environment and runs the command line. */
public final class Main {
    private static final int INTENT_BYTES = 8;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int exitCode = run(System.getenv(), args);
        // Everything is written and closed by now; an orderly exit takes 20 ms more, which a quick command would feel.
        Runtime.getRuntime().halt(exitCode);
    }

    private static int run(Map<String, String> environment, String[] args) throws IOException, InterruptedException {
        if (args.length >= 2 && args[0].equals("local") && args[1].equals("serve")) {
            return LocalCloud.serve(Arrays.copyOfRange(args, 2, args.length));
        }
        if (args.length >= 2 && args[0].equals("rehearse")) {
            ClassRehearsal rehearsal = new ClassRehearsal(Path.of(args[1]), new SystemTime());
            String part = args.length == 2 ? "" : args[2];
            rehearsal.run(part, command -> commandLine(rehearsal.environment(), command));
            return 0;
        }
        return commandLine(environment, args);
    }

    private static int commandLine(Map<String, String> environment, String... args) {
        SystemTime time = new SystemTime();
        StateDirectory state = StateDirectory.of(environment);
        LocalClouds localClouds = new LocalClouds(state, time);
        Clouds clouds = new Clouds(localClouds, version(), time);
        Records records = Records.in(state.path());
        RunStore runs = records.runs();
        return new CommandLineInterface(
                        () -> new Operations(environment, clouds, runs, Main::newIntent, time),
                        () -> new FileUseCases(environment, clouds, state.path(), Main::newIntent, time),
                        () -> new Tunnels(environment, clouds, runs, state.tensorboard(), time),
                        () -> new Care(environment, clouds, records, LocalCloudControl::unsupportedReason, time),
                        () -> localClouds,
                        new SystemTerminal(environment),
                        time,
                        version())
                .run(args);
    }

    /** From the jar's manifest; a build directory has none. */
    private static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** Tells one create from another; it is no secret. */
    private static String newIntent() {
        byte[] bytes = new byte[INTENT_BYTES];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
