package dev.podtrain.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code preflight.sh} found on a pod; see {@code docs/remote-protocol.md}.
 *
 * @param findings one for each check, in no order
 */
public record Preflight(List<Finding> findings) {
    private static final Pattern LINE = Pattern.compile("([a-z]{1,20}) (ok|warn|fail) (.{0,300}).*");
    private static final String END = "done";

    public Preflight {
        findings = List.copyOf(findings);
    }

    /** What a check came to. */
    public enum Level {
        OK,
        /** It could not be told, or it may be wrong. */
        WARN,
        /** No training can work here, or nobody could end the pod. */
        FAIL
    }

    /**
     * One check.
     *
     * @param check a word: {@code key}, {@code gpu}, {@code python}, {@code bash}, {@code tmux}, {@code workspace} or
     *     {@code space}
     */
    public record Finding(String check, Level level, String words) {}

    /** The command that reads {@link PodScripts#preflightScript()} from its standard input. */
    public static List<String> command(String workspace, int minFreeGb, int gpuCount) {
        return List.of("bash", "-s", "--", workspace, Integer.toString(minFreeGb), Integer.toString(gpuCount));
    }

    /** Reads what it printed; empty if it did not get to its end. Other lines, of a chatty shell, are passed over. */
    public static Optional<Preflight> parse(String printed) {
        List<Finding> findings = new ArrayList<>();
        boolean ended = false;
        for (String line : printed.lines().toList()) {
            Matcher finding = LINE.matcher(line);
            if (finding.matches()) {
                Level level = Level.valueOf(finding.group(2).toUpperCase(Locale.ROOT));
                findings.add(new Finding(finding.group(1), level, finding.group(3)));
            }
            ended |= line.equals(END);
        }
        return ended && !findings.isEmpty() ? Optional.of(new Preflight(findings)) : Optional.empty();
    }

    /** Those of this level. */
    public List<Finding> at(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).toList();
    }
}
