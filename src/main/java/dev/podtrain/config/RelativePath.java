package dev.podtrain.config;

import java.util.ArrayList;
import java.util.List;

/** Paths below a folder, written with {@code /}. */
final class RelativePath {
    private RelativePath() {}

    /** The path without {@code .} and doubled or trailing slashes; never empty, never leading out of its folder. */
    static String normalised(String text) throws BadValue {
        Forms.line(text);
        if (text.startsWith("/")) {
            throw new BadValue("is an absolute path");
        }
        if (text.startsWith("~")) {
            throw new BadValue("begins with '~', which means nothing on the pod");
        }
        List<String> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            if (name.equals("..")) {
                throw new BadValue("contains '..'");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        if (names.isEmpty()) {
            throw new BadValue("names no folder below the one it starts from");
        }
        return String.join("/", names);
    }
}
