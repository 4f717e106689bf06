package dev.podtrain.cli;

/**
 * Whether the program says on standard error what happens inside. Silence is chosen before the first logger is made:
 * then the logging library, which takes longer to start than most commands take in all, is never loaded.
 */
final class Diagnosis {
    private static final String PROVIDER = "slf4j.provider";
    private static final String OWN_MESSAGES = "slf4j.internal.verbosity";

    private Diagnosis() {}

    /** A provider chosen by whoever started the virtual machine stays. */
    static void set(boolean verbose) {
        if (!verbose && System.getProperty(PROVIDER) == null) {
            System.setProperty(OWN_MESSAGES, "WARN");
            System.setProperty(PROVIDER, "org.slf4j.helpers.NOP_FallbackServiceProvider");
        }
    }
}
