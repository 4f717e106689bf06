package dev.podtrain.cli;

/** Lines of a label and a text, the texts below each other. */
final class Block {
    private static final int LABEL_WIDTH = 12;

    private final StringBuilder lines = new StringBuilder();

    Block line(String label, String text) {
        if (lines.length() > 0) {
            lines.append('\n');
        }
        lines.append(label)
                .append(" ".repeat(Math.max(1, LABEL_WIDTH - label.length())))
                .append(text.replace("\n", "\n" + " ".repeat(LABEL_WIDTH)));
        return this;
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
