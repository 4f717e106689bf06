package dev.podtrain.run;

/** Ctrl+C before a training was started; the pod, if there was one, has been dealt with. */
final class LaunchCancelledException extends InterruptedException {
    private static final long serialVersionUID = 1L;

    private final String left;

    /**
     * An interrupt with an account of what it leaves behind.
     *
     * @param left in words
     */
    LaunchCancelledException(String left) {
        super("interrupted");
        this.left = left;
    }

    String left() {
        return left;
    }
}
