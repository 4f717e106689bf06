package dev.podtrain.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A local cloud for one test, in a folder of its own, with a boot that takes 50 ms. Closing it ends its pods, deletes
 * the folder, and fails if a call did not fit the provider's description.
 */
public final class LocalCloudFixture implements AutoCloseable {
    private final Path stateDir;
    private final ContractJudge judge = new ContractJudge();
    private LocalCloud cloud;

    private LocalCloudFixture(Path stateDir) {
        this.stateDir = stateDir;
        this.cloud = LocalCloud.start(config());
    }

    /** Starts one. */
    public static LocalCloudFixture start() {
        try {
            return new LocalCloudFixture(Files.createTempDirectory("local-cloud"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private LocalCloud.Config config() {
        return LocalCloud.Config.in(stateDir)
                .withBootDelay(Duration.ofMillis(50))
                .withWitness(judge);
    }

    public LocalCloud cloud() {
        return cloud;
    }

    public LocalEndpoint endpoint() {
        return cloud.endpoint();
    }

    public Path stateDir() {
        return stateDir;
    }

    /** The files of a network volume; {@code local} exists from the start. */
    public Path volume(String id) {
        return new StateDir(stateDir).volume(id);
    }

    /** Ends the service as a crash would, pods left running, and starts it again. */
    public void restart() {
        restart(() -> {});
    }

    /** The same with something happening in between. */
    public void restart(Runnable meanwhile) {
        cloud.close();
        meanwhile.run();
        cloud = LocalCloud.start(config());
    }

    @Override
    public void close() {
        try {
            cloud.terminateAllPods();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            cloud.close();
            StateDir.delete(stateDir);
        }
        judge.check();
    }
}
