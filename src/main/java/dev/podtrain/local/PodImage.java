package dev.podtrain.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

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
        Path tools = folder.resolve("bin");
        try {
            Files.createDirectories(tools);
            unpack("start.sh", folder);
            for (String tool : List.of("nvidia-smi", "runpodctl")) {
                unpack(tool, tools);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot unpack the pods' files to " + folder, failure);
        }
        return new PodImage(folder);
    }

    Path startScript() {
        return folder.resolve("start.sh");
    }

    Path tools() {
        return folder.resolve("bin");
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
