package dev.podtrain.cli;

/** The completion script for fish 3, with a description beside each word. */
final class FishCompletion {
    private static final String HEAD = """
            # Completion of pod-train for fish: source this file.
            function __pod_train_verb_is
                set -l verb
                set -l skip 0
                for word in (commandline -opc)[2..-1]
                    if test $skip = 1
                        set skip 0
                        continue
                    end
                    switch $word
                        case %s
                            set skip 1
                        case '-*'
                        case '*'
                            if test (count $verb) = 0; or test "$verb" = local
                                set -a verb $word
                            end
                    end
                end
                test "$verb" = "$argv[1]"
            end
            complete -c pod-train -f""";

    private FishCompletion() {}

    static String script(CompletionModel model) {
        StringBuilder script = new StringBuilder(
                HEAD.replace("%s", String.join(" ", model.optionsWithValue().keySet())));
        for (CompletionModel.Command command : model.commands()) {
            String start = "\ncomplete -c pod-train -n \"__pod_train_verb_is '" + command.verb() + "'\"";
            command.words().forEach(word -> script.append(start)
                    .append(" -a ")
                    .append(word.text())
                    .append(description(word.description())));
            command.options().forEach(option -> script.append(start).append(option(option)));
        }
        return script.toString();
    }

    private static String option(CompletionModel.Option option) {
        StringBuilder line = new StringBuilder();
        for (String name : option.names()) {
            line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
        }
        line.append(
                switch (option.value()) {
                    case NONE -> "";
                    case FILE -> " -r -F";
                    case DIRECTORY -> " -x -a '(__fish_complete_directories)'";
                    case CHOICE -> " -x -a '" + String.join(" ", option.values()) + "'";
                    case ANY -> " -x";
                });
        return line.append(description(option.description())).toString();
    }

    private static String description(String text) {
        return text.isEmpty() ? "" : " -d '" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
