package dev.podtrain;

import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Time;
import dev.podtrain.data.DataTransfer;
import dev.podtrain.data.Source;
import dev.podtrain.data.TransferListener;
import dev.podtrain.data.UploadRequest;
import dev.podtrain.ssh.DataPipes;
import dev.podtrain.ssh.SshEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** Does once what a transfer does, from one folder here to another, with a program in the place of {@code ssh}. */
final class TransferRehearsal {
    /** What it is told to run on the host, its last argument, it runs here. */
    private static final String NO_SSH = "#!/bin/sh\nfor last; do :; done\nexec sh -c \"$last\"\n";

    private static final int LARGE = 5_000_000;

    private final Path folder;
    private final Time time;

    TransferRehearsal(Path folder, Time time) {
        this.folder = folder;
        this.time = time;
    }

    void run() throws IOException, InterruptedException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("small"), "x");
        Files.write(data.resolve("large"), new byte[LARGE]);
        Path program = Files.writeString(folder.resolve("no-ssh"), NO_SSH);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        SshEndpoint nobody = new SshEndpoint("localhost", 1, "nobody", folder.resolve("none"), "ssh-ed25519 none");
        DataTransfer transfer = new DataTransfer(
                failure -> failure.isEmpty()
                        ? Optional.of(DataPipes.to(nobody, program.toString(), time))
                        : Optional.empty(),
                time);
        String there = folder.resolve("there").toAbsolutePath().toString();
        UploadRequest request = new UploadRequest(
                List.of(Source.of(data.toString())), there, false, false, false, folder.resolve("data-hashes"));
        try {
            transfer.upload(request, new Agreeing());
        } catch (ProblemException e) {
            return; // some of it was loaded all the same: there may be no Python here
        }
    }

    /** Nobody watches. */
    private static final class Agreeing implements TransferListener {
        @Override
        public boolean compared(Comparison comparison) {
            return true;
        }

        @Override
        public void moved(Movement movement) {}

        @Override
        public void report(String message) {}

        @Override
        public void warn(String message) {}
    }
}
