package dev.podtrain.config;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The text that won for each setting. Hands out typed values and remembers everything that is wrong, to say it at once. */
final class SettingValues {
    private final Map<SettingKey, Given> given = new EnumMap<>(SettingKey.class);
    private final Map<SettingKey, Object> fallbacks = new EnumMap<>(SettingKey.class);
    private final List<String> faults = new ArrayList<>();

    private record Given(String text, Origin origin) {}

    /** The first source to give a text that is not empty wins: call for the strongest source first. */
    void offer(SettingKey key, @Nullable String text, Origin origin) {
        if (text != null && !text.isEmpty()) {
            given.putIfAbsent(key, new Given(text, origin));
        }
    }

    void fault(String fault) {
        faults.add(fault);
    }

    boolean isSet(SettingKey key) {
        return given.containsKey(key);
    }

    /** The value, or null if it is not set or, with a fault recorded, is not in this form. */
    <T> @Nullable T find(SettingKey key, Form<T> form) {
        Given found = given.get(key);
        if (found == null) {
            return null;
        }
        try {
            return form.parse(found.text);
        } catch (BadValue e) {
            String shown = key.isSecret() ? key.name() : key.name() + "=" + Shown.quoted(found.text);
            faults.add(shown + " (" + found.origin + ") " + e.reason() + "; " + key.expectation());
            return null;
        }
    }

    <T> T get(SettingKey key, Form<T> form, T fallback) {
        fallbacks.put(key, fallback);
        T found = find(key, form);
        return found == null ? fallback : found;
    }

    /** As {@link #find}, and a fault if it is not set. */
    <T> @Nullable T require(SettingKey key, Form<T> form) {
        if (!isSet(key)) {
            faults.add(key + " is missing: neither the environment nor " + SettingsLoader.FILE_NAME + " sets it; "
                    + key.expectation());
        }
        return find(key, form);
    }

    SortedMap<String, Origin> origins() {
        SortedMap<String, Origin> origins = new TreeMap<>();
        for (SettingKey key : SettingKey.values()) {
            Given found = given.get(key);
            origins.put(key.name(), found == null ? new Origin(Origin.Kind.DEFAULT, null) : found.origin);
        }
        return origins;
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Every setting as it may be shown: values that may be secret are left out. */
    List<SettingsInspection.Item> items() {
        List<SettingsInspection.Item> items = new ArrayList<>();
        origins().forEach((name, origin) -> {
            SettingKey key = SettingKey.valueOf(name);
            Given found = given.get(key);
            Object fallback = fallbacks.get(key);
            @Nullable
            String value = found == null ? (fallback == null ? null : text(fallback)) : Shown.line(found.text);
            items.add(new SettingsInspection.Item(
                    name, key.isSecret(), found != null, key.isSecret() ? null : value, origin.toString()));
        });
        return items;
    }

    /** A default as it would be written in the file. */
    private static String text(Object fallback) {
        if (fallback instanceof Duration duration) {
            return duration.isZero() ? "0" : duration.toString().substring(2).toLowerCase(Locale.ROOT);
        }
        if (fallback instanceof Collection<?> several) {
            return several.isEmpty()
                    ? "none"
                    : several.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        if (fallback instanceof Optional<?> optional) {
            return optional.map(String::valueOf).orElse("none");
        }
        return fallback instanceof Enum<?> word ? word.name().toLowerCase(Locale.ROOT) : fallback.toString();
    }

    /** @param hints what may be the reason of a fault, such as the name of a setting that is misspelt */
    void throwIfFaulty(List<String> hints) {
        if (faults.isEmpty()) {
            return;
        }
        List<String> why = new ArrayList<>(faults);
        why.addAll(hints);
        String what = faults.size() == 1 ? "a setting is wrong" : faults.size() + " settings are wrong";
        throw new ProblemException(Problem.usage(
                what,
                String.join("\n", why),
                "correct this; 'pod-train doctor' says how, and .runpod.env.example explains every setting"));
    }
}
