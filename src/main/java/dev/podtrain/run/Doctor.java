package dev.podtrain.run;

import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Progress;
import dev.podtrain.base.Time;
import dev.podtrain.config.Account;
import dev.podtrain.config.Settings;
import dev.podtrain.config.SettingsInspection;
import dev.podtrain.config.SettingsLoader;
import dev.podtrain.ledger.Records;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at everything a launch needs and says what is wrong with it, without changing or renting anything. */
final class Doctor {
    private static final String SETTINGS = "settings";
    private static final String RUNS = "runs";
    private static final String KEY = "RUNPOD_API_KEY";
    private static final String VOLUME = "NETWORK_VOLUME_ID";
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]+");

    private final Map<String, String> environment;
    private final CloudAccess clouds;
    private final Records records;
    private final Supplier<Optional<String>> localCloudProblem;
    private final Time time;

    Doctor(
            Map<String, String> environment,
            CloudAccess clouds,
            Records records,
            Supplier<Optional<String>> localCloudProblem,
            Time time) {
        this.environment = environment;
        this.clouds = clouds;
        this.records = records;
        this.localCloudProblem = localCloudProblem;
        this.time = time;
    }

    List<Check> examine(Path projectDir, Progress progress) throws InterruptedException {
        SettingsLoader loader = new SettingsLoader(environment);
        List<Check> checks = new ArrayList<>();
        Optional<Settings> settings = Optional.empty();
        try {
            SettingsInspection inspection = loader.inspect(projectDir);
            checks.addAll(settings(inspection));
            settings = Optional.ofNullable(inspection.settings());
        } catch (ProblemException e) {
            checks.add(problem(SETTINGS, SettingsLoader.FILE_NAME, e));
        }
        checks.addAll(account(loader, projectDir, settings, progress));
        progress.report("looking at this machine");
        checks.addAll(new MachineChecks(environment, records.runs(), localCloudProblem).run(projectDir, settings));
        checks.addAll(runs());
        return List.copyOf(checks);
    }

    private static List<Check> settings(SettingsInspection inspection) {
        Map<String, String> faults = new LinkedHashMap<>();
        for (String fault : inspection.faults()) {
            Matcher name = NAME.matcher(fault);
            faults.merge(name.lookingAt() ? name.group() : SettingsLoader.FILE_NAME, fault, (a, b) -> a + "\n" + b);
        }
        List<Check> checks = new ArrayList<>();
        for (SettingsInspection.Item item : inspection.items()) {
            if (!faults.containsKey(item.name())) {
                checks.add(Check.ok(SETTINGS, item.name(), shown(item)));
            }
        }
        faults.forEach(
                (name, fault) -> checks.add(Check.error(SETTINGS, name, Problem.Kind.USAGE, fault, fix(name, fault))));
        inspection
                .warnings()
                .forEach(warning -> checks.add(Check.warning(
                        SETTINGS, SettingsLoader.FILE_NAME, warning, ".runpod.env.example explains every setting")));
        return checks;
    }

    private static String shown(SettingsInspection.Item item) {
        String value = item.value();
        if (item.secret()) {
            return item.set() ? "set (" + item.origin() + ")" : "not set";
        }
        return value == null || value.isEmpty() ? "not set" : value + " (" + item.origin() + ")";
    }

    private static String fix(String name, String fault) {
        boolean missing = fault.contains(" is missing: ");
        if (missing && name.equals(KEY)) {
            return "make a key in RunPod's console (Settings, API Keys) and put " + KEY + "=… into .runpod.env;"
                    + " without an account, --local trains on this machine";
        }
        if (missing && name.equals(VOLUME)) {
            return "make a network volume in RunPod's console (Storage) and put " + VOLUME + "=… into .runpod.env";
        }
        return "correct it; .runpod.env.example explains every setting";
    }

    private List<Check> account(SettingsLoader loader, Path projectDir, Optional<Settings> settings, Progress progress)
            throws InterruptedException {
        Account account;
        try {
            account = loader.loadAccount(projectDir, false);
        } catch (ProblemException e) {
            return List.of(Check.skipped("account", "RunPod", "not asked: the settings above come first"));
        }
        progress.report("asking RunPod");
        try (Cloud cloud = clouds.openBriefly(account, progress)) {
            return new AccountChecks(cloud, time).run(account, settings);
        }
    }

    private List<Check> runs() {
        try {
            List<Orphan> orphans = new FindOrphans(records, time).find();
            if (orphans.isEmpty()) {
                return List.of(Check.ok(RUNS, "left behind", "nothing is known here that should have ended"));
            }
            return orphans.stream()
                    .map(orphan -> Check.warning(
                            RUNS,
                            orphan.run().id().value(),
                            (orphan.podId() == null ? "a pod" : "pod " + orphan.podId()) + " may still be billed: "
                                    + orphan.reason(),
                            orphan.run().movesData()
                                    ? "pod-train sweep"
                                    : "pod-train status " + orphan.run().id() + ", or pod-train sweep"))
                    .toList();
        } catch (ProblemException e) {
            return List.of(problem(RUNS, "ledgers", e));
        }
    }

    static Check problem(String group, String name, ProblemException e) {
        Problem problem = e.problem();
        return Check.error(group, name, problem.kind(), problem.what() + ": " + problem.why(), problem.next());
    }
}
