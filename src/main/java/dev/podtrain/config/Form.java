package dev.podtrain.config;

/** What the text of a setting must look like. */
@FunctionalInterface
interface Form<T> {
    /** The value the text stands for; otherwise why it is none, without repeating it. */
    T parse(String text) throws BadValue;
}
