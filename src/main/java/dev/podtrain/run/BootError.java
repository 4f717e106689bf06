package dev.podtrain.run;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a pod's system log says when its container will never come up. The first two texts were seen on RunPod (reports
 * of 2026); the others are those of Docker and its NVIDIA runtime, which RunPod's hosts run.
 */
enum BootError {
    REGISTRY_LIMIT(
            "toomanyrequests|pull rate limit",
            true,
            "the image's registry refuses more downloads",
            "use one of RunPod's own images (IMAGE=runpod/pytorch:…), or one from a registry without such a limit"),
    CUDA_TOO_OLD(
            "unsatisfied condition: cuda ?>= ?([0-9.]+[0-9])",
            false,
            "the host's driver is too old for the image",
            "set MIN_CUDA_VERSION to what the image needs"),
    NO_SUCH_IMAGE(
            "manifest unknown|manifest for \\S+ not found|pull access denied|repository \\S+ does not exist"
                    + "|repository does not exist|invalid reference format",
            true,
            "the image cannot be found",
            "correct IMAGE: its full name and a tag that exists; private registries are not supported"),
    WRONG_PLATFORM(
            "no matching manifest for|exec format error",
            true,
            "the image is not made for this kind of processor",
            "use an image for linux/amd64"),
    NO_SUCH_COMMAND(
            "executable file not found|no such file or directory: unknown",
            true,
            "the image lacks what the pod starts with",
            "use an image with bash and /start.sh, as RunPod's official ones are"),
    MOUNT_FAILED(
            "error mounting|failed to mount|mount\\S* failed|failed to create mount",
            false,
            "the volume could not be mounted",
            "try again; if it stays, look at the volume in RunPod's console");

    private final Pattern pattern;
    private final boolean hopeless;
    private final String meaning;
    private final String fix;

    BootError(String regex, boolean hopeless, String meaning, String fix) {
        this.pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
        this.hopeless = hopeless;
        this.meaning = meaning;
        this.fix = fix;
    }

    /**
     * One that was found.
     *
     * @param line what the log says
     */
    record Found(BootError error, String line) {
        /** Whether every other host would say the same. */
        boolean isHopeless() {
            return error.hopeless;
        }

        String meaning() {
            return error.meaning + " (its system log: " + line + ")";
        }

        String fix() {
            Matcher matcher = error.pattern.matcher(line);
            boolean namesVersion = error == CUDA_TOO_OLD && matcher.find();
            return namesVersion ? "set MIN_CUDA_VERSION=" + matcher.group(1) : error.fix;
        }
    }

    /** The error that a line of the system log tells of. */
    static Optional<Found> in(String line) {
        for (BootError error : values()) {
            if (error.pattern.matcher(line).find()) {
                return Optional.of(new Found(error, line));
            }
        }
        return Optional.empty();
    }
}
