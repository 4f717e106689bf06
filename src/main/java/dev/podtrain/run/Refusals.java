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

    private record Answer(String text, int times, boolean denial) {}

    void add(LedgerEvent.Intended asked, String answer) {
        add(asked, answer, false);
    }

    /** Access was denied: the key lacks a right, or this candidate is not open to the account. */
    void addDenial(LedgerEvent.Intended asked, String answer) {
        add(asked, answer, true);
    }

    private void add(LedgerEvent.Intended asked, String answer, boolean denial) {
        String candidate = asked.gpuCount() + " x " + asked.gpu()
                + (asked.dataCenter().isEmpty() ? "" : " in " + asked.dataCenter()) + " at $"
                + asked.hourlyPriceUsd().toPlainString() + "/h";
        answers.merge(
                candidate, new Answer(answer, 1, denial), (old, now) -> new Answer(now.text, old.times + 1, denial));
    }

    /** Waiting for capacity would not help then. */
    boolean areAllDenials() {
        return !answers.isEmpty() && answers.values().stream().allMatch(Answer::denial);
    }

    ProblemException problem() {
        return new ProblemException(
                areAllDenials()
                        ? new Problem(
                                Problem.Kind.NOT_AUTHENTICATED,
                                "no pod could be rented: access was denied",
                                table(),
                                "give the API key the right to create pods, one that may only read does not do; if it has"
                                        + " that, these GPUs are not open to the account: choose another GPU_TYPE",
                                "nothing is rented")
                        : new Problem(
                                Problem.Kind.NO_CAPACITY,
                                "no GPU could be had",
                                table(),
                                "add --wait-for-capacity to keep asking, or widen the choice: GPU_TYPE takes a list",
                                "nothing is rented"));
    }

    private String table() {
        int width = answers.keySet().stream().mapToInt(String::length).max().orElse(0);
        return answers.entrySet().stream()
                .map(entry -> entry.getKey() + " ".repeat(width - entry.getKey().length()) + "  "
                        + (entry.getValue().times > 1 ? "(asked " + entry.getValue().times + " times) " : "")
                        + entry.getValue().text)
                .collect(Collectors.joining("\n"));
    }
}
