package dev.podtrain.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A command line cut into its verb and the rest. Options that all verbs share may stand before the verb.
 *
 * @param verb as typed; empty if there is none, two words for a verb of a group
 * @param arguments everything else, in order
 */
record Invocation(String verb, List<String> arguments) {
    private static final String GROUP = "local";

    Invocation {
        arguments = List.copyOf(arguments);
    }

    static Invocation of(String... words) {
        List<String> rest = new ArrayList<>(List.of(words));
        int at = skipShared(rest, 0);
        if (at >= rest.size() || rest.get(at).startsWith("-")) {
            return new Invocation("", rest);
        }
        String verb = rest.remove(at);
        boolean asksForHelp = verb.equals("help");
        if (asksForHelp) {
            verb = at < rest.size() ? rest.remove(at) : "";
        }
        if (verb.equals(GROUP)) {
            int second = skipShared(rest, at);
            if (second < rest.size() && !rest.get(second).startsWith("-")) {
                verb = GROUP + " " + rest.remove(second);
            }
        }
        return new Invocation(verb, asksForHelp ? List.of("--help") : rest);
    }

    private static int skipShared(List<String> words, int from) {
        int at = from;
        while (at < words.size()) {
            String word = words.get(at);
            if (word.equals(Options.DIRECTORY)) {
                at += 2;
            } else if (word.startsWith(Options.DIRECTORY)
                    || word.equals(Options.JSON)
                    || word.equals(Options.VERBOSE)) {
                at++;
            } else {
                break;
            }
        }
        return Math.min(at, words.size());
    }

    /** Whether an option without a value is there, for the time before the arguments were understood. */
    boolean has(String flag) {
        return arguments.contains(flag);
    }
}
