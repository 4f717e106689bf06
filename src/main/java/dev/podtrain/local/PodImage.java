package dev.podtrain.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The files that stand for the provider's official image: its start script and the tools every pod has. */
final class PodImage {
    /** Where the stand-ins lie in a pod; first on its path. */
    static final String TOOLS = "/opt/runpod/bin";

    static final String PATH = TOOLS + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Path folder;

    private PodImage(Path folder) {
        this.folder = folder;
    }

    /** Unpacks the files from the program; also over those of an older version. */
    static PodImage unpack(Path folder) {
        PodImage image = new PodImage(folder);
        try {
            Files.createDirectories(image.tools(true));
            Files.createDirectories(image.tools(false));
            unpack("start.sh", folder);
            unpack("nvidia-smi", image.tools(true));
            unpack("runpodctl", image.tools(true));
            unpack("runpodctl", image.tools(false));
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot unpack the pods' files to " + folder, failure);
        }
        return image;
    }

    Path startScript() {
        return folder.resolve("start.sh");
    }

    /** @param withGpu else without {@code nvidia-smi}, which the platform puts only where there are GPUs */
    Path tools(boolean withGpu) {
        return folder.resolve(withGpu ? "bin" : "bin-cpu");
    }

    private static void unpack(String name, Path folder) throws IOException {
        try (InputStream content = PodImage.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException("the program lacks its file " + name);
            }
            Path target = folder.resolve(name);
            StateDir.write(target, content.readAllBytes());
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
