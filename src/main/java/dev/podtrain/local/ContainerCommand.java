package dev.podtrain.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.podtrain.local.PodDefinition.ContainerSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What runs as PID 1: the command that was asked for, or the image's own. */
final class ContainerCommand {
    private static final List<String> OF_IMAGE = List.of("/start.sh");

    private ContainerCommand() {}

    static List<String> of(ContainerSpec container) {
        List<String> command = new ArrayList<>(container.entrypoint());
        command.addAll(container.cmd());
        if (command.isEmpty()) {
            command.addAll(fromArgs(container.args()));
        }
        return command.isEmpty() ? OF_IMAGE : command;
    }

    /**
     * The words of {@code args}: either shell-like text or {@code {"entrypoint":[…],"cmd":[…]}} as text.
     *
     * @throws Refusal if a quote is not closed
     */
    static List<String> fromArgs(String args) {
        String text = args.strip();
        if (text.startsWith("{")) {
            try {
                JsonNode json = Json.tree(text.getBytes(StandardCharsets.UTF_8));
                List<String> words = new ArrayList<>();
                json.path("entrypoint").forEach(word -> words.add(word.asText()));
                json.path("cmd").forEach(word -> words.add(word.asText()));
                return words;
            } catch (IOException notJson) {
                return split(text);
            }
        }
        return split(text);
    }

    /** Words as a POSIX shell sees them, without expanding anything. */
    private static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == '\'') {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                // Between double quotes a backslash stands for itself unless it protects one of these.
                if (quote == '"' && "\"\\$`\n".indexOf(next) < 0) {
                    word.append(c);
                }
                word.append(next);
                inWord = true;
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw Refusal.invalid(List.of("$.args: a quote is not closed"));
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
