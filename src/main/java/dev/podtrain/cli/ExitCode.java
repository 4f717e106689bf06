package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.ledger.EndReason;
import dev.podtrain.run.Receipt;

/** How the program ends; scripts around it rely on these numbers. */
public enum ExitCode {
    DONE(0, "done; or the run was finished already"),
    FAILED(1, "failed; also: declined, stopped by somebody else, pod lost, pod not seen to end"),
    USAGE(2, "wrong usage, setting or config; nothing was rented"),
    NOT_AUTHENTICATED(4, "the API key is missing, wrong or lacks a right"),
    NO_CAPACITY(5, "no GPU that was asked for can be had now"),
    TRAINING_FAILED(6, "the training itself failed"),
    LIMIT_REACHED(7, "a limit ended it: MAX_RUNTIME, MAX_COST or IDLE_TIMEOUT"),
    INTERRUPTED(130, "Ctrl+C; a training that was followed goes on");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    /** One line for the help. */
    String meaning() {
        return meaning;
    }

    static ExitCode of(Problem.Kind kind) {
        return switch (kind) {
            case FAILED -> FAILED;
            case USAGE -> USAGE;
            case NOT_AUTHENTICATED -> NOT_AUTHENTICATED;
            case NO_CAPACITY -> NO_CAPACITY;
        };
    }

    /** For somebody who followed a training to its end. */
    static ExitCode of(EndReason reason) {
        return switch (reason) {
            case FINISHED -> DONE;
            case FAILED, KILLED -> TRAINING_FAILED;
            case DEADLINE, BUDGET, IDLE -> LIMIT_REACHED;
            case STOPPED, NOT_STARTED, STOPPED_ELSEWHERE, LOST, UNREACHABLE, NO_BALANCE -> FAILED;
        };
    }

    /** A training that went well is not done while its pod is billed with nobody looking. */
    static ExitCode of(Receipt receipt) {
        ExitCode byReason = of(receipt.reason());
        return byReason == DONE && ReceiptText.isStillBilled(receipt) ? FAILED : byReason;
    }
}
