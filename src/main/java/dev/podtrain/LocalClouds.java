package dev.podtrain;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.cli.LocalCloudOperations;
import dev.podtrain.cli.LocalStatus;
import dev.podtrain.local.LocalCloudControl;
import dev.podtrain.local.LocalEndpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The local cloud of this user, started as a process of its own when it is needed. */
final class LocalClouds implements LocalCloudOperations {
    private final StateDirectory state;
    private final Time time;

    LocalClouds(StateDirectory state, Time time) {
        this.state = state;
        this.time = time;
    }

    /** Where it answers; it is brought up if it is not. */
    LocalEndpoint endpoint(Progress progress) throws InterruptedException {
        Optional<LocalEndpoint> running = control().running();
        if (running.isPresent()) {
            return running.get();
        }
        LocalCloudControl.unsupportedReason().ifPresent(reason -> {
            throw new ProblemException(Problem.usage(
                    "the local cloud cannot run on this machine",
                    reason,
                    "mend that, or rent a real pod: leave --local away and set RUNPOD_API_KEY"));
        });
        return control().up(progress);
    }

    @Override
    public LocalStatus up(Progress progress) throws InterruptedException {
        endpoint(progress);
        return status();
    }

    @Override
    public LocalStatus down(Progress progress) throws InterruptedException {
        progress.report("ending the local cloud and its pods");
        control().down();
        return status();
    }

    @Override
    public LocalStatus status() {
        LocalCloudControl control = control();
        Optional<LocalEndpoint> endpoint = control.running();
        int pods = control.status().map(s -> Math.toIntExact(s.running())).orElse(0);
        return new LocalStatus(
                endpoint.isPresent(),
                endpoint.map(LocalEndpoint::apiUrl).orElse(null),
                endpoint.map(LocalEndpoint::s3Url).orElse(null),
                endpoint.map(LocalEndpoint::pid).orElse(null),
                pods,
                state.local());
    }

    @Override
    public void reset(Progress progress) throws InterruptedException {
        progress.report("ending the local cloud and deleting " + state.local());
        control().reset();
    }

    private LocalCloudControl control() {
        return new LocalCloudControl(state.local(), time, serveCommand());
    }

    /** The same Java with the same program, and the libraries that only the local cloud needs. */
    private static List<String> serveCommand() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String home = System.getProperty("podtrain.home", "");
        String classPath =
                home.isEmpty() ? System.getProperty("java.class.path") : home + "/lib/*:" + home + "/lib-local/*";
        return List.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath, "dev.podtrain.Main", "local", "serve");
    }
}
