package dev.podtrain.cli;

import java.util.ArrayList;
import java.util.List;

/** The completion script for bash 3.2 and newer; it needs nothing but bash. */
final class BashCompletion {
    private static final String HEAD = """
            # Completion of pod-train for bash: source this file.
            _pod_train() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' words='' i
                local IFS=$'\\n'
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        %s) ((i++)) ;;
                        -*) ;;
                        *)
                            if [[ -z $verb ]]; then
                                verb=${COMP_WORDS[i]}
                            elif [[ $verb == local ]]; then
                                verb="local ${COMP_WORDS[i]}"
                            fi
                            ;;
                    esac
                done
                case $prev in
            """;

    private static final String TAIL = """
                esac
                COMPREPLY=($(compgen -W "$words" -- "$cur"))
            }
            complete -F _pod_train pod-train""";

    private BashCompletion() {}

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
            script.append("        '")
                    .append(command.verb())
                    .append("') words=$'")
                    .append(String.join("\\n", words(command)))
                    .append("' ;;\n");
        }
        return script.append(TAIL).toString();
    }

    private static String values(CompletionModel.Option option) {
        return switch (option.value()) {
            case FILE -> "COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames 2>/dev/null; ";
            case DIRECTORY -> "COMPREPLY=($(compgen -d -- \"$cur\")); compopt -o filenames 2>/dev/null; ";
            case CHOICE -> "COMPREPLY=($(compgen -W $'" + String.join("\\n", option.values()) + "' -- \"$cur\")); ";
            case ANY, NONE -> "";
        };
    }

    private static List<String> words(CompletionModel.Command command) {
        List<String> words = new ArrayList<>();
        command.words().forEach(word -> words.add(word.text()));
        command.options().forEach(option -> words.addAll(option.names()));
        return words;
    }
}
