package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.RunState;
import dev.podtrain.run.RunSelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** The few kinds of options and parameters there are, and the options that all verbs share. */
final class Options {
    static final String DIRECTORY = "-C";
    static final String JSON = "--json";
    static final String VERBOSE = "--verbose";
    static final String YES = "--yes";
    static final String RUN = "--run";

    private static final int HELP_WIDTH = 80;
    private static final Pattern DURATION = Pattern.compile("(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?");

    private Options() {}

    /** A verb without options of its own yet. */
    static CommandSpec verb(String name, String... description) {
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(null, new PlainFactory()).name(name);
        spec.usageMessage()
                .width(HELP_WIDTH)
                .sortOptions(false)
                .description(description)
                .parameterListHeading("%nParameters:%n")
                .optionListHeading("%nOptions:%n");
        return spec;
    }

    /** Adds what all verbs have, after their own options. */
    static CommandSpec complete(CommandSpec spec, String... examples) {
        spec.addOption(value(DIRECTORY, "DIR", "Work on the project in this directory instead of the current one."));
        spec.addOption(flag("Print JSON to standard output.", JSON));
        spec.addOption(flag("Say on standard error what happens inside, for finding faults.", VERBOSE));
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
        spec.usageMessage()
                .footerHeading(examples.length == 1 ? "%nExample:%n" : "%nExamples:%n")
                .footer(Arrays.stream(examples).map(line -> "  " + line).toArray(String[]::new));
        return spec;
    }

    static OptionSpec flag(String description, String... names) {
        return OptionSpec.builder(names)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }

    static OptionSpec value(String name, String label, String description, String... candidates) {
        OptionSpec.Builder option = OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .arity("1")
                .description(description);
        return (candidates.length == 0 || candidates[0].isEmpty()
                        ? option
                        : option.completionCandidates(List.of(candidates)))
                .build();
    }

    /** An option whose value may be left out. */
    static OptionSpec optionalValue(String name, String label, String description, String bareValue) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .arity("0..1")
                .fallbackValue(bareValue)
                .description(description)
                .build();
    }

    /** A number of things: whole, not negative. */
    static OptionSpec number(String name, String description) {
        return OptionSpec.builder(name)
                .paramLabel("N")
                .type(long.class)
                .converters(Options::count)
                .arity("1")
                .description(description)
                .build();
    }

    private static Long count(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new TypeConversionException("'" + text + "' is not a whole number from 0 on");
        }
        return Long.valueOf(text);
    }

    /** An option that may be given several times. */
    static OptionSpec values(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(description)
                .build();
    }

    /** The run a verb is about. */
    static PositionalParamSpec run() {
        return run("the last run of this project, or else the last run of all");
    }

    /**
     * The same.
     *
     * @param otherwise which run it is without a name
     */
    static PositionalParamSpec run(String otherwise) {
        return PositionalParamSpec.builder()
                .paramLabel("RUN")
                .index("0")
                .arity("0..1")
                .type(String.class)
                .description("A run's name, the beginning of one, or an output_dir. Without it: " + otherwise + ".")
                .build();
    }

    /** The run a verb is about, for verbs whose parameter is something else. */
    static OptionSpec runOption() {
        return value(
                RUN,
                "RUN",
                "A run's name, the beginning of one, or an output_dir. Without it: the last run of this project.");
    }

    /** The run that {@link #runOption()} names, or the one meant by naming none. */
    static RunSelector selectorByOption(ParseResult given, Session session) {
        return new RunSelector(session.directory(), given.matchedOptionValue(RUN, (@Nullable String) null));
    }

    /** The run that was named, or the one meant by naming none. */
    static RunSelector selector(ParseResult given, Session session) {
        @Nullable String name = given.hasMatchedPositional(0) ? given.<String>matchedPositionalValue(0, "") : null;
        return new RunSelector(session.directory(), name);
    }

    /** Whether the selector means this run. */
    static boolean isMeant(RunState run, ParseResult given, Session session) {
        return session.care().get().runOf(selector(given, session)).equals(Optional.of(run.id()));
    }

    /** A time such as {@code 90s}, {@code 10m} or {@code 1h30m}; more than nothing. */
    static Duration duration(String option, String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || text.isEmpty()) {
            throw wrongDuration(option, text);
        }
        Duration duration = Duration.ZERO
                .plusHours(number(matcher.group(1)))
                .plusMinutes(number(matcher.group(2)))
                .plusSeconds(number(matcher.group(3)));
        if (duration.isZero()) {
            throw wrongDuration(option, text);
        }
        return duration;
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static ProblemException wrongDuration(String option, String text) {
        return new ProblemException(Problem.usage(
                "cannot use '" + text + "' as the value of " + option,
                "it is not a time",
                "write it as in 90s, 10m or 1h30m"));
    }

    /** The absolute directory that was named, or the current one. */
    static Path directory(ParseResult given) {
        String named = given.matchedOptionValue(DIRECTORY, "");
        Path directory = Path.of(named).toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new ProblemException(Problem.usage(
                    "cannot work in '" + named + "'",
                    directory + (Files.exists(directory) ? " is not a directory" : " does not exist"),
                    "give the project's directory with -C DIR, or change to it and leave -C out"));
        }
        return directory;
    }
}
