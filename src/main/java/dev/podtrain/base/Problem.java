package dev.podtrain.base;

import java.util.Objects;

/**
 * What stops an operation, told to the user in four sentences.
 *
 * @param kind decides the exit code
 * @param what what could not be done, one lower-case sentence without a full stop
 * @param why the reason, naming the bad value, file and line or the provider's own words
 * @param next what the user can do now, with the exact command or setting where there is one
 * @param left what is still there, above all what may still be billed; "nothing was rented" if so
 */
public record Problem(Kind kind, String what, String why, String next, String left) {

    /** The kinds of failure a script around the program wants to tell apart. */
    public enum Kind {
        /** Anything that went wrong and is none of the others. */
        FAILED,
        /** A flag, a setting, a file or a config value is wrong: nothing was tried. */
        USAGE,
        /** The provider does not accept the API key, or the key lacks a right. */
        NOT_AUTHENTICATED,
        /** No GPU that was asked for can be had now. */
        NO_CAPACITY
    }

    public Problem {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(what);
        Objects.requireNonNull(why);
        Objects.requireNonNull(next);
        Objects.requireNonNull(left);
    }

    /** A usage problem, before anything was rented. */
    public static Problem usage(String what, String why, String next) {
        return new Problem(Kind.USAGE, what, why, next, "nothing was rented");
    }

    /** The same problem with a different account of what is left behind, for a caller that knows more. */
    public Problem leaving(String newLeft) {
        return new Problem(kind, what, why, next, newLeft);
    }
}
