package dev.podtrain.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A project folder of a test, and the settings that are read in it. */
record Project(Path folder) {
    static final String ACCOUNT = "RUNPOD_API_KEY=rpa_KEY\nNETWORK_VOLUME_ID=vol1\n";

    static Project in(Path parent) {
        try {
            return new Project(Files.createDirectories(parent.resolve("my-project")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Project with(String file, String text) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The account's settings in the first two lines, these behind them. */
    Project withSettings(String lines) {
        return with(".runpod.env", ACCOUNT + lines);
    }

    Settings load() {
        return load(Map.of(), Map.of());
    }

    Settings load(Map<String, String> environment, Map<String, String> flags) {
        return new SettingsLoader(environment).load(folder, flags, false);
    }

    Settings loadLocal() {
        return new SettingsLoader(Map.of()).load(folder, Map.of(), true);
    }
}
