package dev.podtrain.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the name of a container image tells about its content. */
public final class ImageTag {
    /** RunPod's own tags, such as {@code 1.0.2-cu1281-torch280-ubuntu2404}: major, minor and patch in one number. */
    private static final Pattern RUN_TOGETHER = Pattern.compile("(?<![a-z])cu(1[0-9])([0-9])[0-9]?(?![0-9])");

    /** NVIDIA's and PyTorch's, such as {@code 12.8.1-cudnn-devel} and {@code 2.8.0-cuda12.8-cudnn9}. */
    private static final Pattern DOTTED = Pattern.compile("cuda[-_:]?(1[0-9])\\.([0-9])");

    private ImageTag() {}

    /** The CUDA version that the image was built for, as {@code major.minor}, if its name says so. */
    public static Optional<String> cuda(String image) {
        for (Pattern pattern : new Pattern[] {RUN_TOGETHER, DOTTED}) {
            Matcher matcher = pattern.matcher(image);
            if (matcher.find()) {
                return Optional.of(matcher.group(1) + "." + matcher.group(2));
            }
        }
        return Optional.empty();
    }

    /** By numbers: 12.11 is more than 12.2. Both are of the form {@code major.minor}. */
    public static int compare(String a, String b) {
        int major = Integer.compare(part(a, 0), part(b, 0));
        return major == 0 ? Integer.compare(part(a, 1), part(b, 1)) : major;
    }

    private static int part(String version, int index) {
        int dot = version.indexOf('.');
        return Integer.parseInt(index == 0 ? version.substring(0, dot) : version.substring(dot + 1));
    }
}
