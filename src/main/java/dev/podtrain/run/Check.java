package dev.podtrain.run;

import dev.podtrain.base.Problem;
import org.jspecify.annotations.Nullable;

/**
 * One line of a diagnosis.
 *
 * @param group what it is about: {@code settings}, {@code account}, {@code machine} or {@code runs}
 * @param kind what sort of error it is; null unless it is one
 * @param fix what to do about it; null where nothing need be done
 */
public record Check(
        String group,
        String name,
        Level level,
        String text,
        Problem.@Nullable Kind kind,
        @Nullable String fix) {

    /** How bad it is. */
    public enum Level {
        OK,
        /** A launch works, but perhaps not as meant. */
        WARNING,
        /** A launch cannot work. */
        ERROR,
        /** It could not be looked at, for another reason in the list. */
        SKIPPED
    }

    static Check ok(String group, String name, String text) {
        return new Check(group, name, Level.OK, text, null, null);
    }

    static Check warning(String group, String name, String text, String fix) {
        return new Check(group, name, Level.WARNING, text, null, fix);
    }

    static Check error(String group, String name, Problem.Kind kind, String text, String fix) {
        return new Check(group, name, Level.ERROR, text, kind, fix);
    }

    static Check skipped(String group, String name, String text) {
        return new Check(group, name, Level.SKIPPED, text, null, null);
    }
}
