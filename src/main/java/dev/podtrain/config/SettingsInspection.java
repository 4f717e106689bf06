package dev.podtrain.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings as they were found, right or wrong.
 *
 * @param items every setting there is
 * @param faults what is wrong, one sentence each, beginning with the setting's name where it is about one
 * @param warnings what is odd, one sentence each
 * @param settings null if there are faults
 */
public record SettingsInspection(
        List<Item> items,
        List<String> faults,
        List<String> warnings,
        @Nullable Settings settings) {

    public SettingsInspection {
        items = List.copyOf(items);
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
    }

    /**
     * One setting.
     *
     * @param set false if its default counts
     * @param value fit for a terminal; null for a secret, and for one without a value and without a default
     * @param origin {@code flag}, {@code environment}, {@code file:line} or {@code default}
     */
    public record Item(
            String name,
            boolean secret,
            boolean set,
            @Nullable String value,
            String origin) {}
}
