package dev.podtrain.run;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tag of a container image tells, where it has the form of RunPod's: {@code …-cu1281-torch280-…}. */
final class ImageTag {
    /** Major in two digits, minor in one, patch in one: 1281 is 12.8.1 (RunPod's image sources, July 2026). */
    private static final Pattern CUDA = Pattern.compile("(?:^|[:._-])cu(\\d\\d)(\\d)\\d?(?:$|[._-])");

    private ImageTag() {}

    /** As in {@code MIN_CUDA_VERSION}: {@code 12.8}. */
    static Optional<String> cudaVersion(String image) {
        Matcher tag = CUDA.matcher(image.substring(image.indexOf(':') + 1));
        return tag.find() ? Optional.of(tag.group(1) + "." + tag.group(2)) : Optional.empty();
    }

    /** By numbers: 12.11 is more than 12.2. Both are of the form {@code major.minor}. */
    static int compare(String a, String b) {
        int major = Integer.compare(part(a, 0), part(b, 0));
        return major == 0 ? Integer.compare(part(a, 1), part(b, 1)) : major;
    }

    private static int part(String version, int index) {
        int dot = version.indexOf('.');
        return Integer.parseInt(index == 0 ? version.substring(0, dot) : version.substring(dot + 1));
    }
}
