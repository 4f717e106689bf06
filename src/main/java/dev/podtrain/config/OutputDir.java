package dev.podtrain.config;

import dev.podtrain.base.DidYouMean;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the folder that a training config says the trainer writes to. */
final class OutputDir {
    private static final String NAME = "output_dir";

    private final YamlDocument config;
    /** The config's name for messages. */
    private final String file;

    OutputDir(YamlDocument config, String file) {
        this.config = config;
        this.file = file;
    }

    /**
     * The folder, relative to the project and normalised.
     *
     * @param key dotted path to look at; null looks at the top and below each name at the top
     * @param projectDir the project's folder below {@code /workspace}, in which an absolute folder must lie
     */
    String find(@Nullable String key, String projectDir) {
        List<String> path = key == null ? onlyPlace() : List.of(key.split("\\.", -1));
        YamlDocument.Value value = config.find(path).orElseThrow(() -> missing(key));
        String place = file + ":" + value.line() + ":" + value.column();
        String text = value.text();
        if (text == null || text.isBlank()) {
            throw unusable(place + " gives " + dotted(path) + " a value that is no text or an empty one");
        }
        try {
            return relative(text, ProjectForms.WORKSPACE + projectDir + "/");
        } catch (BadValue e) {
            throw unusable(place + " sets " + dotted(path) + " to " + Shown.quoted(text) + ", which " + e.reason());
        }
    }

    private static String relative(String text, String project) throws BadValue {
        if (text.contains("${")) {
            throw new BadValue("contains a ${…} that only the trainer could fill in");
        }
        if (!text.startsWith("/")) {
            return RelativePath.normalised(text);
        }
        String cleaned = "/" + RelativePath.normalised("." + text) + "/";
        if (!cleaned.startsWith(project)) {
            throw new BadValue("lies outside the project's folder on the pod, " + project);
        }
        return RelativePath.normalised("./" + cleaned.substring(project.length()));
    }

    private List<String> onlyPlace() {
        List<List<String>> places = new ArrayList<>();
        places.add(List.of(NAME));
        config.topNames().forEach(parent -> places.add(List.of(parent, NAME)));
        places.removeIf(place -> config.find(place).isEmpty());
        if (places.size() > 1) {
            List<String> names = places.stream().map(OutputDir::dotted).toList();
            throw new ProblemException(Problem.usage(
                    "could not tell which output_dir of " + file + " counts",
                    "it has " + String.join(" and ", names),
                    "choose one with the setting OUTPUT_DIR_KEY, for example OUTPUT_DIR_KEY=" + names.get(0)));
        }
        return places.isEmpty() ? List.of(NAME) : places.get(0);
    }

    private ProblemException missing(@Nullable String key) {
        if (key != null) {
            return new ProblemException(Problem.usage(
                    "could not find the output folder in " + file,
                    "OUTPUT_DIR_KEY=" + Shown.printable(key) + " names nothing in it",
                    "correct OUTPUT_DIR_KEY, or leave it out if the name is output_dir"));
        }
        String similar = DidYouMean.closest(NAME, config.topNames())
                .map(name -> " (it has " + Shown.quoted(name) + ")")
                .orElse("");
        return new ProblemException(Problem.usage(
                "could not find the output folder in " + file,
                "neither its top nor a mapping at its top has the name output_dir" + similar,
                "add a line such as output_dir: outputs/first-run, or name another key with the setting"
                        + " OUTPUT_DIR_KEY, for example OUTPUT_DIR_KEY=training.save_to"));
    }

    private static ProblemException unusable(String why) {
        return new ProblemException(Problem.usage(
                "could not use the output folder of the training config",
                why,
                "set a folder inside the project, for example output_dir: outputs/first-run"));
    }

    private static String dotted(List<String> path) {
        return Shown.printable(String.join(".", path));
    }
}
