package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Writes what the launcher can answer without starting Java, each text as the program itself would print it: {@code
 * version.txt}, {@code pod-train[-<word>]*.txt} with the help for those words, and {@code completion-<shell>.txt}.
 */
final class HelpTextsVerb implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec =
                Options.verb("pod-train help-texts", "%nWrite the texts that the launcher answers by itself.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("DIR")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .description("Where to; made if it is missing.")
                .build());
        return Options.complete(spec, "pod-train help-texts target/pod-train/help");
    }

    @Override
    public boolean namesOrphans() {
        return false;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) {
        Path directory = session.directory().resolve(given.<String>matchedPositionalValue(0, ""));
        try {
            Files.createDirectories(directory);
            for (Map.Entry<String, String> text : texts(session.version()).entrySet()) {
                Files.writeString(directory.resolve(text.getKey() + ".txt"), text.getValue() + "\n");
            }
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            Problem.Kind.FAILED,
                            "could not write the help texts",
                            e.toString(),
                            "make room or mend the permissions there",
                            "some of the texts may be written"),
                    e);
        }
        return ExitCode.DONE;
    }

    private static Map<String, String> texts(String version) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("version", HelpTexts.version(version));
        texts.put(HelpTexts.PROGRAM, HelpTexts.of(new LaunchVerb().spec()));
        texts.put(HelpTexts.PROGRAM + "-local", HelpTexts.of(new LocalVerb().spec()));
        for (String verb : Verbs.WHOLE) {
            texts.put(
                    HelpTexts.PROGRAM + "-" + verb.replace(' ', '-'),
                    HelpTexts.of(Verbs.named(verb).orElseThrow().spec()));
        }
        for (Completion shell : Completion.values()) {
            texts.put("completion-" + shell.word(), shell.script());
        }
        return texts;
    }
}
