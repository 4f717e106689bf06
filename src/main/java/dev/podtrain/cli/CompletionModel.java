package dev.podtrain.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What can be completed, taken from the verbs themselves. */
record CompletionModel(List<Command> commands) {

    /**
     * What may be typed behind a verb.
     *
     * @param verb empty for the program itself; two words for a verb of a group
     * @param words what may stand there instead of an option: verbs, or the values of a parameter
     */
    record Command(String verb, List<Word> words, List<Option> options) {}

    /** A word with what it means. */
    record Word(String text, String description) {}

    /**
     * An option.
     *
     * @param values what may follow it, if that is a choice
     */
    record Option(List<String> names, String description, Value value, List<String> values) {}

    /** What follows an option. */
    enum Value {
        NONE,
        FILE,
        DIRECTORY,
        CHOICE,
        ANY
    }

    static CompletionModel ofProgram() {
        List<Command> commands = new ArrayList<>();
        List<Word> verbs = Verbs.SHOWN.stream()
                .map(verb -> new Word(verb, Verbs.summary(verb)))
                .toList();
        commands.add(command("", new LaunchVerb().spec(), verbs));
        List<Word> localVerbs = new ArrayList<>();
        for (String verb : Verbs.WHOLE) {
            CommandSpec spec = Verbs.named(verb).orElseThrow().spec();
            if (verb.startsWith("local ")) {
                localVerbs.add(new Word(verb.substring("local ".length()), firstSentence(spec)));
            }
            commands.add(command(verb, spec, parameterValues(spec)));
        }
        commands.add(command("local", new LocalVerb().spec(), localVerbs));
        return new CompletionModel(List.copyOf(commands));
    }

    private static Command command(String verb, CommandSpec spec, List<Word> words) {
        return new Command(
                verb,
                List.copyOf(words),
                spec.options().stream().map(CompletionModel::option).toList());
    }

    private static Option option(OptionSpec option) {
        List<String> values = new ArrayList<>();
        if (option.completionCandidates() != null) {
            option.completionCandidates().forEach(values::add);
        }
        return new Option(
                List.of(option.names()),
                String.join(" ", option.description()),
                value(option, values),
                List.copyOf(values));
    }

    private static Value value(OptionSpec option, List<String> values) {
        if (option.arity().max() == 0) {
            return Value.NONE;
        }
        if (!values.isEmpty()) {
            return Value.CHOICE;
        }
        return switch (option.paramLabel()) {
            case "FILE" -> Value.FILE;
            case "DIR" -> Value.DIRECTORY;
            default -> Value.ANY;
        };
    }

    private static List<Word> parameterValues(CommandSpec spec) {
        List<Word> words = new ArrayList<>();
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            if (parameter.completionCandidates() != null) {
                parameter.completionCandidates().forEach(value -> words.add(new Word(value, "")));
            }
        }
        return words;
    }

    private static String firstSentence(CommandSpec spec) {
        String text = String.join(" ", spec.usageMessage().description()).replace("%n", "");
        int end = text.indexOf(". ");
        return end < 0 ? text : text.substring(0, end + 1);
    }

    /** Every option of any verb that is followed by a value, by name, in a fixed order. */
    Map<String, Option> optionsWithValue() {
        Map<String, Option> options = new LinkedHashMap<>();
        for (Command command : commands) {
            for (Option option : command.options()) {
                if (option.value() != Value.NONE) {
                    option.names().forEach(name -> options.putIfAbsent(name, option));
                }
            }
        }
        return options;
    }
}
