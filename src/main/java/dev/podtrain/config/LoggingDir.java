package dev.podtrain.config;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the folder that a training config says the trainer writes its TensorBoard event files to. */
public final class LoggingDir {
    private static final String NAME = "logging_dir";

    private LoggingDir() {}

    /**
     * The value of {@code logging_dir} at the top of the config or below one name at its top, as Hugging Face's trainer
     * reads it: absolute, or relative to the project. Empty if there is none, or one without a value, which means the
     * trainer's own default.
     *
     * @param config relative to the project
     */
    public static Optional<String> find(Path projectDir, String config) {
        try {
            byte[] bytes = TextFile.readBytes(projectDir.resolve(config), YamlDocument.MAX_BYTES);
            return find(YamlDocument.parse(TextFile.decode(bytes)), config);
        } catch (TextFile.Unusable e) {
            throw unusable(e.placeIn(Shown.printable(config)) + " " + e.reason());
        }
    }

    private static Optional<String> find(YamlDocument document, String config) throws TextFile.Unusable {
        List<String> found = new ArrayList<>();
        for (List<String> place : places(document)) {
            Optional<YamlDocument.Value> value = document.find(place);
            if (value.isPresent() && !value.get().isEmpty()) {
                found.add(folder(value.get()));
            }
        }
        if (found.size() > 1) {
            throw unusable(Shown.printable(config) + " has more than one " + NAME);
        }
        return found.stream().findFirst();
    }

    private static List<List<String>> places(YamlDocument document) {
        List<List<String>> places = new ArrayList<>();
        places.add(List.of(NAME));
        document.topNames().forEach(parent -> places.add(List.of(parent, NAME)));
        return places;
    }

    private static String folder(YamlDocument.Value value) throws TextFile.Unusable {
        String text = value.text();
        if (text == null) {
            throw new TextFile.Unusable("gives " + NAME + " a value that is no text", value.line(), value.column());
        }
        try {
            if (text.contains("${")) {
                throw new BadValue("contains a ${…} that only the trainer could fill in");
            }
            return ProjectForms.folderOfProject().parse(text);
        } catch (BadValue e) {
            throw new TextFile.Unusable(
                    "sets " + NAME + " to " + Shown.quoted(text) + ", which " + e.reason(),
                    value.line(),
                    value.column());
        }
    }

    private static ProblemException unusable(String why) {
        return new ProblemException(new Problem(
                Problem.Kind.USAGE,
                "could not tell where the event files are",
                why,
                "say it with the setting LOGGING_DIR, for example LOGGING_DIR=outputs/first-run",
                "nothing was changed; a training goes on"));
    }
}
