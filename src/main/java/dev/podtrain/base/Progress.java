package dev.podtrain.base;

/** Where a long operation says what it is doing. Lines are for people: plain sentences without secrets. */
public interface Progress {
    /** A step on the way: shown to somebody who watches, safe to leave out. */
    void report(String message);

    /** Something the user should know although the operation goes on. */
    void warn(String message);
}
