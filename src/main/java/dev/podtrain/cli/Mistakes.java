package dev.podtrain.cli;

import dev.podtrain.base.DidYouMean;
import dev.podtrain.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, told so that it can be put right. */
final class Mistakes {
    private Mistakes() {}

    static Problem unknownVerb(String verb) {
        if (verb.endsWith(".yaml") || verb.endsWith(".yml")) {
            return problem(
                    "unknown verb '" + verb + "'",
                    "a config has --config in front: " + HelpTexts.PROGRAM + " --config " + verb,
                    HelpTexts.PROGRAM + " --help");
        }
        return verb.startsWith("local ")
                ? unknown("verb", verb, Verbs.WHOLE, HelpTexts.PROGRAM + " local --help")
                : unknown("verb", verb, Verbs.SHOWN, HelpTexts.PROGRAM + " --help");
    }

    static Problem of(ParameterException e, CommandSpec spec) {
        String help = spec.name() + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            // A value behind '=' is not repeated: it may be something that should not be shown.
            String word = unmatched.getUnmatched().get(0).replaceFirst("(?s)=.*", "");
            if (word.startsWith("-")) {
                return unknown("option", word, optionNames(spec), help);
            }
            String why = Verbs.named(word).isPresent()
                    ? "a verb is the first word: " + HelpTexts.PROGRAM + " " + word
                    : "there is no place for it";
            return problem("unexpected argument '" + word + "'", why, help);
        }
        String message = Objects.requireNonNullElse(e.getMessage(), "wrong usage");
        return problem(
                "the command line cannot be understood",
                message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1),
                help);
    }

    private static Problem unknown(String what, String word, List<String> known, String help) {
        Optional<String> meant = DidYouMean.closest(word, known);
        return problem(
                "unknown " + what + " '" + word + "'",
                meant.map(name -> "did you mean '" + name + "'?").orElse("there is none of that name"),
                help);
    }

    private static Problem problem(String what, String why, String help) {
        return Problem.usage(what, why, "run '" + help + "'");
    }

    private static List<String> optionNames(CommandSpec spec) {
        List<String> names = new ArrayList<>();
        spec.options().forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }
}
