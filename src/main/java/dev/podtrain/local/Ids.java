package dev.podtrain.local;

import java.util.Random;

/** Makes ids that look like the provider's. */
final class Ids {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final String HEX = "0123456789abcdef";

    private final Random random;

    Ids(Random random) {
        this.random = random;
    }

    String podId() {
        return pick(LETTERS, 14);
    }

    String volumeId() {
        return pick(LETTERS, 10);
    }

    String containerId() {
        return pick(HEX, 12);
    }

    String proxyUser(String podId) {
        return podId + "-" + pick(HEX, 8);
    }

    String requestId() {
        return pick(HEX, 32);
    }

    /** @param prefix tells the kinds of keys apart */
    String key(String prefix) {
        return prefix + pick(LETTERS.toUpperCase(java.util.Locale.ROOT), 40);
    }

    private String pick(String from, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
