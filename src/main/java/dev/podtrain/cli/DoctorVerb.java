package dev.podtrain.cli;

import dev.podtrain.run.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** Shows what is right and wrong with everything that a launch needs. */
final class DoctorVerb implements Verb {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.verb(
                "pod-train doctor",
                "%nCheck what a launch needs: every setting with where it came from, the API key, the network volume,"
                        + " GPU types and their stock, the balance, the clock, the SSH key, the image, this machine, and"
                        + " what may have been left behind. Nothing is changed or rented. Secrets are not shown.");
        return Options.complete(spec, "pod-train doctor", "pod-train doctor --json");
    }

    /** Its answer has a line about that. */
    @Override
    public boolean namesOrphans() {
        return false;
    }

    /** Done without an error; else what the first error stands for. */
    @Override
    public ExitCode run(ParseResult given, Session session) throws InterruptedException {
        session.terminal().interruptOnCtrlC();
        List<Check> checks = session.care().get().examine(session.directory(), session.progress());
        Optional<Check> first = checks.stream()
                .filter(check -> check.level() == Check.Level.ERROR)
                .findFirst();
        ExitCode exitCode =
                first.map(Check::kind).map(ExitCode::of).orElse(first.isPresent() ? ExitCode.FAILED : ExitCode.DONE);
        if (session.json()) {
            session.screen().answer(json(checks).field("exit_code", exitCode.code()));
            return exitCode;
        }
        session.screen()
                .answer(text(
                        checks,
                        session.screen().outIsTerminal() ? session.screen().messageWidth() : 0));
        session.screen().answer("\n" + summary(checks));
        first.map(Check::fix).ifPresent(fix -> session.screen().answer("first:   " + fix));
        return exitCode;
    }

    private static String text(List<Check> checks, int width) {
        List<List<String>> rows = new ArrayList<>();
        checks.forEach(check -> rows.add(List.of(word(check.level()), check.group(), check.name())));
        List<String> heads = Table.of(rows).lines().toList();
        int head = heads.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < heads.size(); i++) {
            Check check = checks.get(i);
            String indent = "\n" + " ".repeat(head + 2);
            String words = check.text() + (check.fix() == null ? "" : "\n-> " + check.fix());
            String wrapped = width == 0 ? words : Wrapping.wrap(words, Math.max(30, width - head - 2));
            text.append(i == 0 ? "" : "\n")
                    .append(heads.get(i))
                    .append(" ".repeat(head + 2 - heads.get(i).length()))
                    .append(wrapped.replace("\n", indent));
        }
        return text.toString();
    }

    private static String word(Check.Level level) {
        return switch (level) {
            case OK -> "ok";
            case WARNING -> "warning";
            case ERROR -> "ERROR";
            case SKIPPED -> "skipped";
        };
    }

    private static String summary(List<Check> checks) {
        long errors = count(checks, Check.Level.ERROR);
        long warnings = count(checks, Check.Level.WARNING);
        if (errors == 0 && warnings == 0) {
            return "summary: everything is in order";
        }
        return "summary: " + errors + (errors == 1 ? " error, " : " errors, ") + warnings
                + (warnings == 1 ? " warning" : " warnings");
    }

    private static long count(List<Check> checks, Check.Level level) {
        return checks.stream().filter(check -> check.level() == level).count();
    }

    private static Json json(List<Check> checks) {
        return Json.object()
                .objects("checks", checks, (json, check) -> json.field("group", check.group())
                        .field("name", check.name())
                        .field("level", check.level().name().toLowerCase(Locale.ROOT))
                        .field("text", check.text())
                        .field("fix", check.fix()))
                .field("errors", count(checks, Check.Level.ERROR))
                .field("warnings", count(checks, Check.Level.WARNING));
    }
}
