package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.http.HttpApi;
import dev.podtrain.http.HttpLimits;
import dev.podtrain.http.HttpSettings;
import dev.podtrain.http.SimulatedApi;
import dev.podtrain.ledger.RunState;
import dev.podtrain.pod.AccountApi;
import dev.podtrain.pod.NetworkVolume;
import dev.podtrain.pod.PodApi;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command in one process on a laptop, with objects of its own. At any of its calls on the world it may be killed,
 * before or after the call took effect; a user may press Ctrl+C; another command may run in a second terminal meanwhile.
 */
final class SimClient implements RunListener, Time {
    /** More calls than any command needs: one that makes them does not end. */
    private static final int MOST_CALLS = 20_000;

    private static final URI API = URI.create("https://api.runpod.io");
    private static final URI GRAPHQL = URI.create("https://api.runpod.io/graphql");
    private static final Duration APPEARANCE_LIMIT = Duration.ofSeconds(60);

    /** What is typed. */
    enum Command {
        LAUNCH,
        DETACH,
        FORCE_RESTART,
        STATUS,
        STOP,
        TERMINATE,
        LOGS,
        FOLLOW
    }

    /** The process is dead: nothing catches it, and whatever is called on the way out dies of it as well. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private final Simulation simulation;
    private final SimWorld world;
    private final SimMachine machine;
    private final Command command;
    private final Troubles troubles;
    private @Nullable RunSpec spec;
    private int calls;
    private boolean dead;
    private boolean interrupted;
    private long nextByte;

    /**
     * What will happen to it, each at the call of that number, or never if that is 0.
     *
     * @param killedAfter whether the call that it dies at takes effect
     */
    record Troubles(int killedAt, boolean killedAfter, int interruptedAt, int secondTerminalAt) {
        static final Troubles NONE = new Troubles(0, false, 0, 0);
    }

    SimClient(Simulation simulation, SimMachine machine, Command command, Troubles troubles) {
        this.simulation = simulation;
        this.world = simulation.world;
        this.machine = machine;
        this.command = command;
        this.troubles = troubles;
    }

    SimMachine machine() {
        return machine;
    }

    RunSpec spec() {
        return Objects.requireNonNull(spec);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more library
    void note(String format, Object... parts) {
        world.note(command + " " + format, parts);
    }

    // --- Calls on the world -----------------------------------------------------------------------------------------

    /** Every call on the world passes here before it does anything. */
    void enter(String call) {
        if (dead) {
            throw new Killed();
        }
        calls++;
        if (calls > MOST_CALLS) {
            throw new Rules.Broken(8, command + " does not end");
        }
        if (calls == troubles.secondTerminalAt()) {
            simulation.secondTerminal(machine, call);
            machine.settle();
        }
        if (calls == troubles.killedAt() && !troubles.killedAfter()) {
            boolean torn = machine.isWriting() && world.chance(0.5);
            if (torn) {
                world.count("kill: in mid-append to the ledger");
                machine.tear(world.fraction());
            }
            die("before " + call);
        }
        settle();
    }

    /** And here afterwards. */
    void leave(String call) {
        if (calls == troubles.killedAt() && troubles.killedAfter() && !dead) {
            die("after " + call);
        }
        settle();
    }

    /** At the last call before its death: what is written from then on may be torn. */
    private void settle() {
        if (calls == troubles.killedAt() - 1) {
            machine.settle();
        }
    }

    private void die(String when) {
        world.count("kill: " + when);
        dead = true;
        throw new Killed();
    }

    /** Whether Ctrl+C has come; tells it once. */
    boolean isInterrupted() {
        if (interrupted || troubles.interruptedAt() == 0 || calls < troubles.interruptedAt()) {
            return Thread.currentThread().isInterrupted();
        }
        world.count("interrupt");
        interrupted = true;
        return true;
    }

    void throwIfInterrupted() throws InterruptedException {
        if (isInterrupted()) {
            Thread.interrupted();
            throw new InterruptedException("Ctrl+C");
        }
    }

    @Override
    public Instant now() {
        return world.now();
    }

    @Override
    public long nanoTime() {
        return world.nanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        enter("sleep");
        throwIfInterrupted();
        world.pass(duration);
        leave("sleep");
    }

    // --- The command ------------------------------------------------------------------------------------------------

    /** What it ended with. */
    record Ending(
            String word,
            @Nullable Outcome outcome,
            @Nullable Problem problem) {

        /** What it said it leaves behind. */
        String left() {
            if (outcome instanceof Outcome.Cancelled cancelled) {
                return cancelled.left();
            }
            return problem == null ? "" : problem.left();
        }
    }

    Ending run() {
        world.note("%s on %s %s", command, machine.name, troubles);
        machine.settle();
        nextByte = command == Command.LOGS || command == Command.FOLLOW ? 0 : machine.copySize();
        Ending ending;
        try {
            Outcome outcome = perform();
            ending = new Ending(outcome == null ? "done" : outcome.getClass().getSimpleName(), outcome, null);
        } catch (Killed e) {
            ending = new Ending("killed", null, null);
        } catch (ProblemException e) {
            note("%s", e.problem());
            ending = new Ending("problem", null, e.problem());
        } catch (InterruptedException e) {
            ending = new Ending("interrupted", null, null);
        } catch (RuntimeException e) {
            throw (Error) new Rules.Broken(8, command + " ended with " + e).initCause(e);
        } finally {
            Thread.interrupted();
        }
        world.count("ending: " + command + ", " + ending.word());
        simulation.rules.copied(simulation.volume.log, machine, false);
        simulation.rules.tellsTheTruth(machine);
        simulation.rules.left(machine, ending.left());
        return ending;
    }

    private @Nullable Outcome perform() throws InterruptedException {
        if (command == Command.LAUNCH || command == Command.DETACH || command == Command.FORCE_RESTART) {
            return launch();
        }
        Optional<RunState> run = machine.state();
        if (run.isEmpty()) {
            throw new ProblemException(Problem.usage("no run", "nothing was launched here", "launch"));
        }
        SettingsLoader loader = new SettingsLoader(simulation.environment);
        CloudAccess clouds = (account, data, local, progress) -> cloud(progress);
        RunAccess access = new RunAccess(loader, clouds, machine.store, this);
        switch (command) {
            case STATUS -> new ShowStatus(access, machine.store, this).refreshed(run.get(), this);
            case STOP, TERMINATE ->
                new StopRun(access, machine.store, this).stop(run.get(), command == Command.TERMINATE, this);
            case LOGS, FOLLOW ->
                new ShowLogs(access, machine.store, this)
                        .show(
                                run.get(),
                                new RunOperations.LogsRequest(
                                        new RunSelector(machine.project, null), command == Command.FOLLOW, -1, -1),
                                this::log,
                                this);
            case LAUNCH, DETACH, FORCE_RESTART -> throw new AssertionError(command);
        }
        return null;
    }

    private Outcome launch() throws InterruptedException {
        Settings settings = new SettingsLoader(simulation.environment).load(machine.project, Map.of(), false);
        try (Cloud cloud = cloud(this)) {
            NetworkVolume volume = new MakePlan(cloud).volume(settings);
            spec = simulation.spec(settings, request());
            machine.store.prepare(spec.run());
            // Another terminal may have read on while this one read its settings.
            nextByte = machine.copySize();
            return new ConductRun(spec, volume, cloud, machine.store, () -> world.hex(16), this, this).conduct();
        } catch (LaunchCancelledException e) {
            return new Outcome.Cancelled(null, e.left());
        }
    }

    private LaunchRequest request() {
        return new LaunchRequest(
                machine.project,
                Path.of("config.yaml"),
                Map.of(),
                command == Command.FORCE_RESTART,
                false,
                false,
                command == Command.DETACH,
                false,
                simulation.mayAsk);
    }

    private Cloud cloud(Progress progress) {
        SimApi server = new SimApi(world, simulation.cloud, this);
        HttpApi rest = SimulatedApi.over(server, settings(API, HttpLimits.patient()), this, world::fraction, progress);
        HttpApi graphql =
                SimulatedApi.over(server, settings(GRAPHQL, HttpLimits.brief()), this, world::fraction, progress);
        return new Cloud(
                new PodApi(rest),
                new AccountApi(graphql),
                new SimSsh(world, simulation.cloud, simulation.volume, simulation.rules, this),
                asked -> Optional.empty(),
                API,
                GRAPHQL,
                null,
                APPEARANCE_LIMIT,
                () -> {});
    }

    private static HttpSettings settings(URI base, HttpLimits limits) {
        return new HttpSettings(
                "RunPod", base, dev.podtrain.base.Secret.of("rpa_KEY"), "RUNPOD_API_KEY", "pod-train/test", limits);
    }

    // --- What the user sees -----------------------------------------------------------------------------------------

    @Override
    public boolean planned(Plan plan) {
        return !world.trouble(0.1);
    }

    @Override
    public void phase(Phase phase, String detail) {
        note("%s: %s", phase, detail);
    }

    @Override
    public void forecast(Forecast forecast) {
        note("forecast: %s", forecast);
    }

    @Override
    public boolean resumes(String reason) {
        return world.chance(0.7);
    }

    @Override
    public void log(long offset, byte[] bytes, int length) {
        simulation.rules.shown(simulation.volume.log, nextByte, offset, bytes, length);
        nextByte = offset + length;
    }

    @Override
    public void report(String message) {
        note("says: %s", message);
    }

    @Override
    public void warn(String message) {
        note("warns: %s", message);
    }
}
