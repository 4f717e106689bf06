package dev.podtrain.config;

import dev.podtrain.base.DidYouMean;
import dev.podtrain.base.Problem;
import dev.podtrain.base.ProblemException;
import dev.podtrain.base.Secret;
import dev.podtrain.base.Shell;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads settings: a flag wins over the environment, the environment over {@code .runpod.env}, and that over the default.
 * An empty value counts as not given.
 */
public final class SettingsLoader {
    /** The name of the settings file, in the project's folder. */
    public static final String FILE_NAME = ".runpod.env";

    private static final Set<SettingKey> ACCOUNT_KEYS = EnumSet.of(
            SettingKey.RUNPOD_API_KEY,
            SettingKey.NETWORK_VOLUME_ID,
            SettingKey.POD_ID,
            SettingKey.RUNPOD_API_URL,
            SettingKey.RUNPOD_GRAPHQL_URL,
            SettingKey.RUNPOD_S3_ACCESS_KEY,
            SettingKey.RUNPOD_S3_SECRET_KEY,
            SettingKey.RUNPOD_S3_URL);
    /** What the trainer may need. */
    private static final Set<SettingKey> TOKENS =
            EnumSet.of(SettingKey.HF_TOKEN, SettingKey.GROK_API_KEY, SettingKey.GITHUB_TOKEN);

    private static final URI API = URI.create("https://api.runpod.io");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final Map<String, String> environment;

    /** The environment is the process's own, or a test's. */
    public SettingsLoader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * The settings of a project.
     *
     * <p>Everything that is missing or malformed is named in one usage problem, one line each, with file and line, and
     * without the value where it may be secret.
     *
     * @param flags values by setting name, such as {@code GPU_COUNT}
     * @param local for the local cloud: key, volume, pod and addresses of a real account are then neither needed nor
     *     taken from file or environment
     */
    public Settings load(Path projectDir, Map<String, String> flags, boolean local) {
        if (!Files.isDirectory(projectDir)) {
            throw new ProblemException(Problem.usage(
                    "could not read the settings",
                    "the project folder " + Shown.path(projectDir) + " does not exist or is not a folder",
                    "start the command in your project's folder, or name that with -C"));
        }
        EnvFile file = EnvFile.read(projectDir.resolve(FILE_NAME));
        return settings(merged(flags, file, local), file, projectDir, local);
    }

    /**
     * The settings of a project for somebody who wants to know what they are, right or wrong. Throws only if the file
     * cannot be read at all.
     */
    public SettingsInspection inspect(Path projectDir) {
        EnvFile file = EnvFile.read(projectDir.resolve(FILE_NAME));
        SettingValues values = merged(Map.of(), file, false);
        try {
            Settings settings = settings(values, file, projectDir, false);
            return new SettingsInspection(values.items(), List.of(), settings.warnings(), settings);
        } catch (ProblemException e) {
            return new SettingsInspection(values.items(), values.faults(), fileWarnings(file), null);
        }
    }

    private Settings settings(SettingValues values, EnvFile file, Path projectDir, boolean local) {
        List<String> warnings = new ArrayList<>(fileWarnings(file));

        Account account = account(values, local, true);
        PodSettings pod = pod(values, projectDir, local);
        TrainSettings training = training(values, projectDir);
        Limits limits = limits(values, local);
        Retries retries = new Retries(
                values.find(SettingKey.RECOVER, Forms.wholeNumber(0, 100)),
                values.get(
                        SettingKey.WAIT_FOR_CAPACITY,
                        Forms.duration(Duration.ZERO, Duration.ofDays(30)),
                        Duration.ZERO),
                values.get(SettingKey.RETRY_EXIT_CODES, Forms.exitCodes(), Set.of()));
        TensorboardSettings tensorboard = tensorboard(values);
        Map<SettingKey, Secret> tokens = found(TOKENS, Forms.token(), values);
        DataSettings data = data(values);
        URI hub = values.find(SettingKey.HF_ENDPOINT, Forms.address());
        values.throwIfFaulty(unknownNames(file));

        SortedMap<String, Secret> secrets = new TreeMap<>();
        data.s3Keys().ifPresent(keys -> {
            secrets.put(SettingKey.RUNPOD_S3_ACCESS_KEY.name(), keys.accessKey());
            secrets.put(SettingKey.RUNPOD_S3_SECRET_KEY.name(), keys.secretKey());
        });
        SortedMap<String, String> podEnvironment = new TreeMap<>();
        tokens.forEach((key, token) -> {
            if (!Forms.isPlatformSecret(token.reveal())) {
                secrets.put(key.name(), token);
            } else if (local) {
                warnings.add(key + " is left out: the local cloud does not know the secrets of an account");
            } else {
                podEnvironment.put(key.name(), token.reveal());
            }
        });
        if (hub != null) {
            podEnvironment.put(SettingKey.HF_ENDPOINT.name(), hub.toString());
        }
        warnings.addAll(contradictions(account, pod, training, limits));
        return new Settings(
                account,
                pod,
                training,
                limits,
                retries,
                tensorboard,
                data,
                secrets,
                podEnvironment,
                values.origins(),
                warnings);
    }

    /**
     * The account alone, for what is about all of its pods: no network volume is needed, and what is wrong with other
     * settings does not matter. It works in any folder, since the key may be in the environment.
     */
    public Account loadAccount(Path projectDir, boolean local) {
        EnvFile file = EnvFile.read(projectDir.resolve(FILE_NAME));
        SettingValues values = merged(Map.of(), file, local);
        Account account = account(values, local, false);
        values.throwIfFaulty(unknownNames(file));
        return account;
    }

    private static Map<SettingKey, Secret> found(Set<SettingKey> keys, Form<Secret> form, SettingValues values) {
        Map<SettingKey, Secret> found = new EnumMap<>(SettingKey.class);
        for (SettingKey key : keys) {
            Secret secret = values.find(key, form);
            if (secret != null) {
                found.put(key, secret);
            }
        }
        return found;
    }

    private SettingValues merged(Map<String, String> flags, EnvFile file, boolean local) {
        SettingValues values = new SettingValues();
        flags.forEach((name, text) -> offerFlag(name, text, values));
        for (SettingKey key : SettingKey.values()) {
            if (local && ACCOUNT_KEYS.contains(key)) {
                continue;
            }
            values.offer(key, environment.get(key.name()), new Origin(Origin.Kind.ENVIRONMENT, null));
            EnvFile.Entry entry = file.entries().get(key.name());
            if (entry != null) {
                values.offer(key, entry.value(), new Origin(Origin.Kind.FILE, file.where(entry.line())));
            }
        }
        file.faults().forEach(values::fault);
        return values;
    }

    /** An unknown name stops the launch here, unlike in the file, which other programs may read as well. */
    private static void offerFlag(String name, String text, SettingValues values) {
        List<String> known = SettingKey.names();
        if (known.contains(name)) {
            values.offer(SettingKey.valueOf(name), text, new Origin(Origin.Kind.FLAG, null));
        } else {
            values.fault("there is no setting " + Shown.printable(name) + didYouMean(name, known));
        }
    }

    private static String didYouMean(String name, List<String> known) {
        return DidYouMean.closest(name, known)
                .map(close -> "; did you mean " + close + "?")
                .orElse("");
    }

    private static List<String> unknownNames(EnvFile file) {
        List<String> known = SettingKey.names();
        List<String> unknown = new ArrayList<>();
        file.entries().forEach((name, entry) -> {
            if (!known.contains(name)) {
                unknown.add(file.where(entry.line()) + " sets " + Shown.printable(name) + ", which is no setting"
                        + didYouMean(name, known));
            }
        });
        return unknown;
    }

    private static List<String> fileWarnings(EnvFile file) {
        List<String> known = SettingKey.names();
        List<String> warnings = new ArrayList<>(unknownNames(file));
        boolean hasSecrets = file.entries().entrySet().stream()
                .anyMatch(entry -> known.contains(entry.getKey())
                        && SettingKey.valueOf(entry.getKey()).isSecret()
                        && !entry.getValue().value().isEmpty());
        if (hasSecrets && file.isOpenToOthers()) {
            warnings.add(file.name() + " holds keys and other users of this machine can read it; run: chmod 600 "
                    + Shell.quote(file.name()));
        }
        return warnings;
    }

    private static Account account(SettingValues values, boolean local, boolean needsVolume) {
        Secret key = local
                ? values.find(SettingKey.RUNPOD_API_KEY, Forms.secret())
                : values.require(SettingKey.RUNPOD_API_KEY, Forms.secret());
        String volume = local || !needsVolume
                ? values.find(SettingKey.NETWORK_VOLUME_ID, Forms.id())
                : values.require(SettingKey.NETWORK_VOLUME_ID, Forms.id());
        URI api = values.get(SettingKey.RUNPOD_API_URL, Forms.apiAddress(), API);
        // Whoever sends the key to another address does not want it sent to the usual one as well.
        URI graphql = values.get(SettingKey.RUNPOD_GRAPHQL_URL, Forms.address(), URI.create(api + "/graphql"));
        return new Account(key, volume, values.find(SettingKey.POD_ID, Forms.id()), api, graphql);
    }

    private PodSettings pod(SettingValues values, Path projectDir, boolean local) {
        String image = values.get(SettingKey.IMAGE, Forms.image(), Forms.DEFAULT_IMAGE);
        return new PodSettings(
                values.get(SettingKey.GPU_TYPE, Forms.names(), List.of("NVIDIA RTX A5000")),
                values.get(SettingKey.GPU_COUNT, Forms.wholeNumber(1, 16), 1),
                values.get(SettingKey.DATA_CENTER, Forms.dataCenters(), List.of()),
                values.get(SettingKey.CLOUD_TYPE, Forms.oneOf(CloudChoice.class), CloudChoice.SECURE),
                image,
                values.get(SettingKey.CONTAINER_DISK_GB, Forms.wholeNumber(1, 10_000), 50),
                values.get(SettingKey.VOLUME_GB, Forms.wholeNumber(10, 10_000), 50),
                values.get(SettingKey.MIN_FREE_GB, Forms.wholeNumber(0, 10_000), local ? 1 : 5),
                values.get(SettingKey.MIN_CUDA_VERSION, ProjectForms.orNone(Forms.cudaVersion()), ImageTag.cuda(image))
                        .orElse(null),
                values.find(SettingKey.SSH_KEY_PATH, ProjectForms.sshKey(projectDir, environment.get("HOME"))));
    }

    private static TrainSettings training(SettingValues values, Path projectDir) {
        Optional<String> requirements = Files.isRegularFile(projectDir.resolve("requirements.txt"))
                ? Optional.of("requirements.txt")
                : Optional.empty();
        return new TrainSettings(
                projectFolder(values, projectDir),
                values.get(SettingKey.CODE_SYNC, Forms.oneOf(CodeSync.class), CodeSync.TREE),
                values.get(
                        SettingKey.TRAIN_COMMAND,
                        ProjectForms.commandLine(),
                        "python scripts/train.py --config {config} {resume}"),
                values.get(SettingKey.RESUME_ARG, ProjectForms.commandLine(), "--resume_from_checkpoint {checkpoint}"),
                values.get(SettingKey.CHECKPOINT_GLOB, ProjectForms.checkpointGlob(), "checkpoint-*"),
                values.find(SettingKey.OUTPUT_DIR_KEY, Forms.dottedKey()),
                values.get(
                                SettingKey.REQUIREMENTS,
                                ProjectForms.orNone(ProjectForms.requirements(projectDir)),
                                requirements)
                        .orElse(null));
    }

    /** The setting, or else the name of the project's folder, which is not always one for a folder on the pod. */
    private static String projectFolder(SettingValues values, Path projectDir) {
        String chosen = values.find(SettingKey.PROJECT_DIR, ProjectForms.folderOnPod());
        if (chosen != null || values.isSet(SettingKey.PROJECT_DIR)) {
            return Objects.requireNonNullElse(chosen, "");
        }
        Path name = projectDir.toAbsolutePath().normalize().getFileName();
        String text = name == null ? "" : name.toString();
        try {
            return ProjectForms.folderOnPod().parse(text);
        } catch (BadValue e) {
            values.fault("PROJECT_DIR is missing, and the folder's own name " + Shown.quoted(text) + " " + e.reason()
                    + "; " + SettingKey.PROJECT_DIR.expectation());
            return "";
        }
    }

    private static TensorboardSettings tensorboard(SettingValues values) {
        return new TensorboardSettings(
                values.get(SettingKey.LOCAL_PORT, Forms.wholeNumber(1, 65_535), 6006),
                values.find(SettingKey.LOGGING_DIR, ProjectForms.folderOfProject()));
    }

    private static Limits limits(SettingValues values, boolean local) {
        return new Limits(
                values.get(SettingKey.MAX_RUNTIME, Forms.duration(Duration.ZERO, Duration.ofDays(365)), Duration.ZERO),
                values.get(SettingKey.MAX_COST, Forms.money(new BigDecimal(100_000)), BigDecimal.ZERO),
                values.get(SettingKey.MAX_PRICE_PER_HOUR, Forms.money(new BigDecimal(10_000)), BigDecimal.ZERO),
                values.get(
                        SettingKey.IDLE_TIMEOUT,
                        Forms.duration(Duration.ZERO, Duration.ofDays(30)),
                        Duration.ofMinutes(30)),
                values.get(SettingKey.BOOT_GRACE, Forms.duration(SECOND, DAY), Duration.ofMinutes(30)),
                values.get(SettingKey.READY_TIMEOUT, Forms.duration(SECOND, DAY), Duration.ofMinutes(15)),
                values.get(
                        SettingKey.SAVE_GRACE,
                        Forms.duration(Duration.ZERO, Duration.ofHours(1)),
                        Duration.ofSeconds(60)),
                values.get(
                        SettingKey.GUARD_INTERVAL,
                        Forms.duration(SECOND, Duration.ofMinutes(5)),
                        Duration.ofSeconds(local ? 2 : 15)),
                values.get(
                        SettingKey.RETRY_PAUSE, Forms.duration(SECOND, Duration.ofMinutes(10)), Duration.ofSeconds(5)),
                values.get(SettingKey.ON_EXIT, Forms.oneOf(OnExit.class), OnExit.STOP));
    }

    private static DataSettings data(SettingValues values) {
        Secret access = values.find(SettingKey.RUNPOD_S3_ACCESS_KEY, Forms.secret());
        Secret secret = values.find(SettingKey.RUNPOD_S3_SECRET_KEY, Forms.secret());
        boolean hasAccess = values.isSet(SettingKey.RUNPOD_S3_ACCESS_KEY);
        if (hasAccess != values.isSet(SettingKey.RUNPOD_S3_SECRET_KEY)) {
            SettingKey there = hasAccess ? SettingKey.RUNPOD_S3_ACCESS_KEY : SettingKey.RUNPOD_S3_SECRET_KEY;
            SettingKey missing = hasAccess ? SettingKey.RUNPOD_S3_SECRET_KEY : SettingKey.RUNPOD_S3_ACCESS_KEY;
            values.fault(missing + " is missing: " + there + " is of no use alone; " + missing.expectation());
        }
        return new DataSettings(
                values.get(SettingKey.DATA_PATHS, Forms.names(), List.of()),
                access == null || secret == null ? null : new DataSettings.S3Keys(access, secret),
                values.find(SettingKey.RUNPOD_S3_URL, Forms.address()));
    }

    /** What is allowed, but hardly meant. */
    private static List<String> contradictions(
            Account account, PodSettings pod, TrainSettings training, Limits limits) {
        List<String> warnings = new ArrayList<>();
        String command = training.trainCommand();
        if (!command.contains("{config}")) {
            warnings.add("TRAIN_COMMAND has no {config}: the trainer is not told which config to use");
        }
        if (!command.contains("{resume}") && !command.contains("{checkpoint}")) {
            warnings.add("TRAIN_COMMAND has no {resume}: a resumed run starts from the beginning"
                    + " unless the trainer finds its checkpoints itself");
        }
        if (pod.cloud() == CloudChoice.COMMUNITY && account.networkVolume().isPresent()) {
            warnings.add("CLOUD_TYPE=COMMUNITY finds no pod: network volumes exist in the secure cloud only");
        }
        if (limits.readyTimeout().compareTo(limits.bootGrace()) > 0) {
            warnings.add("READY_TIMEOUT is longer than BOOT_GRACE: the pod ends itself while it is still waited for");
        }
        return warnings;
    }
}
