package dev.podtrain.local;

import dev.podtrain.base.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Containers whose local cloud is gone. */
final class Leftovers {
    private final StateDir state;
    private final Time time;

    Leftovers(StateDir state, Time time) {
        this.state = state;
        this.time = time;
    }

    /** Ends them, if no local cloud serves the folder. */
    void end() {
        if (!Files.isDirectory(state.pods())) {
            return;
        }
        FolderLock.tryTake(state.serveLock()).ifPresent(lock -> {
            try (lock;
                    DirectoryStream<Path> folders = Files.newDirectoryStream(state.pods())) {
                for (Path folder : folders) {
                    end(new PodDirectory(folder));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot read the pods in " + state.pods(), failure);
            }
        });
    }

    private void end(PodDirectory directory) throws IOException {
        if (!Files.exists(directory.record())) {
            return;
        }
        PodRecord pod = Json.read(directory.record(), PodRecord.class);
        if (pod.life().container() != null) {
            pod.life().container().sandbox().kill();
            PodRecord stopped = pod.with(pod.life().stopped(time.now(), "RunPod"));
            StateDir.write(directory.record(), Json.bytes(stopped));
        }
    }
}
