package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * The user's word for what costs money or deletes data.
 *
 * @param given by a flag
 */
record Consent(Terminal terminal, Screen screen, boolean given) {
    /**
     * Asks, unless the flag has answered already.
     *
     * @param what what is about to be done, for the message if nobody can be asked
     */
    boolean to(String question, String what) {
        if (given) {
            return true;
        }
        if (!terminal.isInteractive()) {
            throw new ProblemException(new Problem(
                    Problem.Kind.USAGE,
                    "cannot ask whether to " + what,
                    "this needs a yes, and standard input or standard error is not a terminal",
                    "add " + Options.YES + " to the command if that is what you want",
                    "nothing was done"));
        }
        return asks(question);
    }

    /** Asks in any case: the user's earlier yes was to something else. */
    boolean asks(String question) {
        screen.ask(question + " [y/N]");
        @Nullable String answer = terminal.readLine();
        if (answer == null) {
            screen.say("");
            return false;
        }
        return answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes");
    }
}
