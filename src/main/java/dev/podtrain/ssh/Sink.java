package dev.podtrain.ssh;

/** Takes the bytes of a followed file, in order, each once. */
public interface Sink {
    /**
     * Takes the next bytes.
     *
     * @param offset in the file, of the first byte
     * @param bytes valid only during the call, from index 0
     * @param length how many of them, at least 1
     */
    void accept(long offset, byte[] bytes, int length);
}
