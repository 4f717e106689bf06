package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.LedgerEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What was asked for in vain, and the answers: one entry per candidate, with its last answer. */
final class Refusals {
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    private record Answer(String text, int times) {}

    void add(LedgerEvent.Intended asked, String answer) {
        String candidate = asked.gpuCount() + " x " + asked.gpu()
                + (asked.dataCenter().isEmpty() ? "" : " in " + asked.dataCenter()) + " at $"
                + asked.hourlyPriceUsd().toPlainString() + "/h";
        answers.merge(candidate, new Answer(answer, 1), (old, now) -> new Answer(now.text(), old.times() + 1));
    }

    ProblemException noCapacity() {
        int width = answers.keySet().stream().mapToInt(String::length).max().orElse(0);
        String table = answers.entrySet().stream()
                .map(entry -> entry.getKey() + " ".repeat(width - entry.getKey().length()) + "  "
                        + (entry.getValue().times() > 1
                                ? "(asked " + entry.getValue().times() + " times) "
                                : "")
                        + entry.getValue().text())
                .collect(Collectors.joining("\n"));
        return new ProblemException(new Problem(
                Problem.Kind.NO_CAPACITY,
                "no GPU could be had",
                table,
                "add --wait-for-capacity to keep asking, or widen the choice: GPU_TYPE takes a list",
                "nothing is rented"));
    }
}
