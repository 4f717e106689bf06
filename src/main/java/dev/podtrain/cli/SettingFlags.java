package dev.podtrain.cli;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Settings that can be given on the command line: the usual ones by an option of their own, all others with a key. */
enum SettingFlags {
    GPU_TYPE("--gpu", "NAME", "GPU type; several: the first that can be had."),
    GPU_COUNT("--gpu-count", "N", "GPUs in the pod."),
    DATA_CENTER("--data-center", "ID", "Data center, for example EU-RO-1."),
    IMAGE("--image", "IMAGE", "Container image."),
    MAX_RUNTIME("--max-runtime", "TIME", "End the pod after this time, for example 12h or 1h30m."),
    MAX_COST("--max-cost", "USD", "End the pod before it has cost more."),
    IDLE_TIMEOUT("--idle-timeout", "TIME", "End the pod when nothing has moved for this long."),
    RECOVER("--recover", "N", "Replace a lost pod up to N times, or 3 times if no N is given.", "", "3"),
    WAIT_FOR_CAPACITY(
            "--wait-for-capacity", "TIME", "While there is no GPU, keep asking this long, or for 24h.", "", "24h"),
    ON_EXIT("--on-exit", "WHAT", "What becomes of the pod: stop, terminate or keep.", "stop terminate keep");

    private static final String SET = "--set";
    private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?i).*(API_KEY|ACCESS_KEY|SECRET_KEY|PRIVATE_KEY|TOKEN|SECRET|PASSWORD)");

    private final String option;
    private final String label;
    private final String description;
    private final String choices;
    private final String bareValue;

    SettingFlags(String option, String label, String description) {
        this(option, label, description, "");
    }

    SettingFlags(String option, String label, String description, String choices) {
        this(option, label, description, choices, "");
    }

    /**
     * @param choices the values there are, with a space between them; empty if there are too many
     * @param bareValue what the option means without a value; empty if it needs one
     */
    SettingFlags(String option, String label, String description, String choices, String bareValue) {
        this.option = option;
        this.label = label;
        this.description = description;
        this.choices = choices;
        this.bareValue = bareValue;
    }

    static List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>();
        for (SettingFlags flag : values()) {
            options.add(flag.spec());
        }
        options.add(Options.values(SET, "KEY=VALUE", "Any other setting, as in .runpod.env; no secrets."));
        return options;
    }

    private OptionSpec spec() {
        if (this == GPU_TYPE) {
            return Options.values(option, label, description);
        }
        return bareValue.isEmpty()
                ? Options.value(option, label, description, choices.split(" "))
                : Options.optionalValue(option, label, description, bareValue);
    }

    /** The settings that were given, by key. */
    static Map<String, String> given(ParseResult given) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (SettingFlags flag : values()) {
            if (given.hasMatchedOption(flag.option)) {
                settings.put(flag.name(), flag.value(given));
            }
        }
        for (String setting : given.matchedOptionValue(SET, List.<String>of())) {
            add(setting, settings);
        }
        return settings;
    }

    /** What to type in front of a setting's value. */
    static String option(String key) {
        return Arrays.stream(values())
                .filter(flag -> flag.name().equals(key))
                .map(flag -> flag.option + "=")
                .findFirst()
                .orElse(SET + " " + key + "=");
    }

    private String value(ParseResult given) {
        return this == GPU_TYPE
                ? String.join(",", given.matchedOptionValue(option, List.<String>of()))
                : given.matchedOptionValue(option, "");
    }

    private static void add(String setting, Map<String, String> settings) {
        int equals = setting.indexOf('=');
        String key = equals < 0 ? setting : setting.substring(0, equals);
        if (equals < 0 || !KEY.matcher(key).matches()) {
            throw wrong("it must have the form KEY=VALUE", "for example --set BOOT_GRACE=20m");
        }
        if (SECRET_KEY.matcher(key).matches()) {
            throw wrong(
                    "every process of this machine can read " + key + " on a command line",
                    "put it into .runpod.env, or set it in the environment");
        }
        if (settings.containsKey(key)) {
            throw wrong(key + " is given more than once", "give each setting once, by its own option or with --set");
        }
        settings.put(key, setting.substring(equals + 1));
    }

    private static ProblemException wrong(String why, String next) {
        return new ProblemException(Problem.usage("cannot use a value of --set", why, next));
    }
}
