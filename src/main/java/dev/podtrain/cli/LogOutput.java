package dev.podtrain.cli;

import java.nio.charset.StandardCharsets;

/** Where the bytes of a log go. */
interface LogOutput {
    /** The next bytes, which may begin and end anywhere; {@code offset} is that of the first one in the whole log. */
    void accept(long offset, byte[] bytes, int length);

    /** Writes what was held back: no more bytes come. */
    void finish();

    /** Byte for byte to a file or a pipe, harmless text to a terminal, events if JSON is wanted. */
    static LogOutput of(Screen screen, boolean json) {
        if (json) {
            return new JsonLog(screen);
        }
        return screen.outIsTerminal() ? new TerminalLog(screen) : new RawLog(screen);
    }

    /** As the bytes come. */
    record RawLog(Screen screen) implements LogOutput {
        @Override
        public void accept(long offset, byte[] bytes, int length) {
            screen.answer(bytes, length);
        }

        @Override
        public void finish() {}
    }

    /** As text without anything that a terminal would obey. */
    record TerminalLog(Screen screen, SafeText text) implements LogOutput {
        TerminalLog(Screen screen) {
            this(screen, SafeText.ofLog());
        }

        @Override
        public void accept(long offset, byte[] bytes, int length) {
            show(text.next(bytes, length));
        }

        @Override
        public void finish() {
            show(text.end());
        }

        private void show(String harmless) {
            byte[] bytes = harmless.getBytes(StandardCharsets.UTF_8);
            screen.answer(bytes, bytes.length);
        }
    }

    /** To standard error, as harmless text without anything that a terminal would obey. */
    record ErrorLog(Screen screen, SafeText text) implements LogOutput {
        ErrorLog(Screen screen) {
            this(screen, SafeText.ofLog());
        }

        @Override
        public void accept(long offset, byte[] bytes, int length) {
            screen.pass(text.next(bytes, length));
        }

        @Override
        public void finish() {
            screen.pass(text.end());
        }
    }
}
