package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.ledger.LedgerEvent;
import java.util.ArrayDeque;
import java.util.Deque;

/** Paths on the pod as they are typed: relative ones count from the project's folder there. */
final class RemotePaths {
    private final String project;

    RemotePaths(LedgerEvent.Defined run) {
        this.project = RunSpec.WORKSPACE + "/" + run.remoteProject();
    }

    String project() {
        return project;
    }

    /** The absolute path without {@code .} and {@code ..}; a slash at its end stays. */
    String absolute(String typed) {
        if (typed.isEmpty() || typed.indexOf('\0') >= 0) {
            throw new ProblemException(Problem.usage(
                    "cannot use an empty path on the pod",
                    "a file or folder is needed",
                    "'.' is the project's folder"));
        }
        String whole = typed.startsWith("/") ? typed : project + "/" + typed;
        Deque<String> parts = new ArrayDeque<>();
        for (String part : whole.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        boolean contents = typed.endsWith("/") || typed.equals(".") || typed.endsWith("/.");
        return "/" + String.join("/", parts) + (contents && !parts.isEmpty() ? "/" : "");
    }
}
