package dev.podtrain.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** What the program says about itself: always 80 columns and without colour, so that it can be made beforehand. */
final class HelpTexts {
    static final String PROGRAM = "pod-train";
    static final String SYNOPSIS = "pod-train --config FILE [OPTIONS]\npod-train VERB [OPTIONS]";

    private HelpTexts() {}

    /** A parser that takes every word as it is typed. */
    static CommandLine commandLine(CommandSpec spec) {
        return new CommandLine(spec, new PlainFactory()).setExpandAtFiles(false).setInterpolateVariables(false);
    }

    static String of(CommandSpec spec) {
        return new CommandLine(spec, new PlainFactory())
                .getUsageMessage(Help.Ansi.OFF)
                .stripTrailing();
    }

    static String version(String version) {
        return PROGRAM + " " + version;
    }

    /** How a verb is typed, without the words in front. */
    static String synopsis(CommandSpec spec) {
        String[] custom = spec.usageMessage().customSynopsis();
        return custom.length > 0
                ? String.join("\n", custom).replaceAll("\n +", "\n")
                : new Help(spec, Help.defaultColorScheme(Help.Ansi.OFF))
                        .synopsis("usage: ".length())
                        .strip()
                        .replaceAll("\\s*\\R\\s*", " ");
    }

    /** For somebody who typed the program's name and nothing else. */
    static String shortUsage() {
        return "usage: " + SYNOPSIS.replace("\n", "\n       ") + "\nverbs: " + String.join(", ", Verbs.SHOWN)
                + "\nnext:  run '" + PROGRAM + " --help'";
    }

    /** Puts the list of verbs into the main help, before the exit codes. */
    static void addVerbs(CommandSpec spec) {
        String section = "verbs";
        List<String> sections = new ArrayList<>(spec.usageMessage().sectionKeys());
        sections.add(sections.indexOf(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING), section);
        spec.usageMessage().sectionKeys(sections);
        spec.usageMessage().sectionMap().put(section, help -> verbs());
    }

    private static String verbs() {
        StringBuilder list = new StringBuilder("\nVerbs, each with its own --help:\n");
        for (String verb : Verbs.SHOWN) {
            list.append("  ")
                    .append(verb)
                    .append(" ".repeat(12 - verb.length()))
                    .append(Verbs.summary(verb))
                    .append('\n');
        }
        return list.toString();
    }
}
