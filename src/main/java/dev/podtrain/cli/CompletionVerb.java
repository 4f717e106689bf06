package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** Prints the script that teaches a shell to complete this program's command lines. */
final class CompletionVerb implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train completion",
                "",
                "Print a completion script for a shell. To use it, put the example's line for your shell into"
                        + " ~/.bashrc, ~/.zshrc (behind compinit) or ~/.config/fish/config.fish.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("SHELL")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .completionCandidates(shells())
                .description(String.join(", ", shells()) + ".")
                .build());
        return Options.complete(
                spec,
                "source <(pod-train completion bash)",
                "source <(pod-train completion zsh)",
                "pod-train completion fish | source");
    }

    private static List<String> shells() {
        return Arrays.stream(Completion.values()).map(Completion::word).collect(Collectors.toUnmodifiableList());
    }

    @Override
    public boolean namesOrphans() {
        return false;
    }

    @Override
    public ExitCode run(ParseResult given, Session session) {
        String wanted = given.matchedPositionalValue(0, "");
        for (Completion shell : Completion.values()) {
            if (shell.word().equals(wanted)) {
                session.screen().answer(shell.script());
                return ExitCode.DONE;
            }
        }
        throw new ProblemException(Problem.usage(
                "no completion for the shell '" + wanted + "'",
                "there is one for " + String.join(", ", shells()),
                "run 'pod-train completion --help'"));
    }
}
