package dev.podtrain.cli;

import dev.podtrain.base.Shell;
import java.util.List;

/** The completion script for zsh, with a description beside each word. */
final class ZshCompletion {
    private static final String HEAD = """
            #compdef pod-train
            # Completion of pod-train for zsh: source this file after compinit, or put it on fpath as _pod_train.
            _pod_train() {
                local verb='' i
                local -a words_here options_here
                for ((i = 2; i < CURRENT; i++)); do
                    case ${words[i]} in
                        %s) ((i++)) ;;
                        -*) ;;
                        *)
                            if [[ -z $verb ]]; then
                                verb=${words[i]}
                            elif [[ $verb == local ]]; then
                                verb="local ${words[i]}"
                            fi
                            ;;
                    esac
                done
                case ${words[CURRENT-1]} in
            """;

    private static final String TAIL = """
                esac
                _describe -t words word words_here
                _describe -o option options_here
            }
            if [[ ${funcstack[1]} == _pod_train ]]; then
                _pod_train "$@"
            else
                compdef _pod_train pod-train
            fi""";

    private ZshCompletion() {}

    static String script(CompletionModel model) {
        StringBuilder script = new StringBuilder(
                HEAD.replace("%s", String.join(" | ", model.optionsWithValue().keySet())));
        model.optionsWithValue().forEach((name, option) -> script.append("        ")
                .append(name)
                .append(") ")
                .append(values(option))
                .append("return ;;\n"));
        script.append("    esac\n    case $verb in\n");
        for (CompletionModel.Command command : model.commands()) {
            script.append("        '").append(command.verb()).append("')\n");
            appendArray(script, "words_here", words(command));
            appendArray(script, "options_here", options(command));
            script.append("            ;;\n");
        }
        return script.append(TAIL).toString();
    }

    private static String values(CompletionModel.Option option) {
        return switch (option.value()) {
            case FILE -> "_files; ";
            case DIRECTORY -> "_files -/; ";
            case CHOICE -> "compadd -- " + String.join(" ", option.values()) + "; ";
            case ANY, NONE -> "_message 'a value'; ";
        };
    }

    private static void appendArray(StringBuilder script, String name, List<String> elements) {
        script.append("            ").append(name).append("=(\n");
        elements.forEach(element ->
                script.append("                ").append(Shell.quote(element)).append('\n'));
        script.append("            )\n");
    }

    private static List<String> words(CompletionModel.Command command) {
        return command.words().stream()
                .map(word -> described(word.text(), word.description()))
                .toList();
    }

    private static List<String> options(CompletionModel.Command command) {
        return command.options().stream()
                .flatMap(option -> option.names().stream().map(name -> described(name, option.description())))
                .toList();
    }

    private static String described(String word, String description) {
        return description.isEmpty() ? word : word + ":" + description.replace(":", "\\:");
    }
}
