package dev.podtrain.cli;

import dev.podtrain.ledger.EndReason;
import dev.podtrain.run.Receipt;

/** A receipt for people. */
final class ReceiptText {
    private ReceiptText() {}

    /**
     * @param relaunch the command that launches the run again
     */
    static String of(Receipt receipt, String relaunch) {
        String cost = Amounts.money(receipt.costUsd());
        return new Block()
                .line("outcome", outcome(receipt))
                .line("run", receipt.run() + ", attempt " + receipt.attempt())
                .line("rented for", Amounts.duration(receipt.billed()))
                .line("cost", receipt.local() ? "nothing; it would have cost about " + cost : "about " + cost)
                .line("pod", receipt.podId() + " " + receipt.pod())
                .line("log", receipt.log().toString())
                .line("next", next(receipt, relaunch))
                .toString();
    }

    /** One sentence on how the training ended, with the trainer's own exit code if it is known. */
    static String outcome(Receipt receipt) {
        String code = receipt.exitCode() == null ? "" : " (exit code of the trainer: " + receipt.exitCode() + ")";
        return sentence(receipt.reason()) + code;
    }

    static String sentence(EndReason reason) {
        return switch (reason) {
            case FINISHED -> "finished";
            case FAILED -> "the training failed";
            case DEADLINE -> "ended by MAX_RUNTIME";
            case BUDGET -> "ended by MAX_COST";
            case IDLE -> "ended by IDLE_TIMEOUT: neither log nor GPU nor CPU moved";
            case STOPPED -> "stopped on request, before its end";
            case KILLED -> "the training was killed: it left no exit code";
            case LOST -> "the pod went away; how the training ended is unknown";
            case NOT_STARTED -> "the pod was ended before its training had started";
            case STOPPED_ELSEWHERE -> "the pod was stopped, neither by its guard nor by this program";
            case UNREACHABLE -> "the pod did not answer any more and was ended";
            case NO_BALANCE -> "the account's balance is used up: RunPod ended the pod";
        };
    }

    /** Whether the pod was meant to end and was not seen to. */
    static boolean isStillBilled(Receipt receipt) {
        return !receipt.local() && receipt.pod().equals("still running");
    }

    /** Says aloud what a user must not overlook. */
    static void warnIfStillBilled(Receipt receipt, Screen screen) {
        if (isStillBilled(receipt)) {
            screen.warn("pod " + receipt.podId() + " was not seen to end and may still be billed: run '"
                    + CommandLines.stop(receipt.run()) + "'");
        }
    }

    private static String next(Receipt receipt, String relaunch) {
        String again =
                switch (receipt.reason()) {
                    case FINISHED -> "rents nothing while the code and the config stay as they are";
                    case FAILED -> "tries again, from the newest whole checkpoint";
                    case DEADLINE ->
                        "goes on from the newest whole checkpoint; raise --max-runtime if it must last longer";
                    case BUDGET -> "goes on from the newest whole checkpoint; raise --max-cost if it may cost more";
                    case IDLE -> "goes on from the newest whole checkpoint; raise --idle-timeout if pauses are usual";
                    case STOPPED, STOPPED_ELSEWHERE, KILLED, LOST, UNREACHABLE ->
                        "goes on from the newest whole checkpoint";
                    case NOT_STARTED -> "launches it again";
                    case NO_BALANCE -> "goes on from the newest whole checkpoint, once there is money on the account";
                };
        return CommandLines.logs(receipt.run()) + "\n  shows the log again\n" + relaunch + "\n  " + again;
    }
}
