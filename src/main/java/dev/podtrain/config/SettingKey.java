package dev.podtrain.config;

import java.util.Arrays;
import java.util.List;

/** Every setting there is, with the form its value must have, in the order in which the example file explains them. */
enum SettingKey {
    RUNPOD_API_KEY(Sort.SECRET, "your RunPod API key", "rpa_<the rest of your key>"),
    NETWORK_VOLUME_ID(Sort.PLAIN, "the id of a network volume, letters and digits", "k3v9qz71ab"),
    POD_ID(Sort.PLAIN, "the id of a pod, letters and digits", "5xq1abc7eg46tq"),
    SSH_KEY_PATH(
            Sort.PLAIN,
            "a private key file that can be read, ~/ stands for your home folder and $NAME is not replaced",
            "~/.ssh/id_ed25519"),

    GPU_TYPE(Sort.PLAIN, "GPU names separated by commas", "NVIDIA RTX A5000,NVIDIA GeForce RTX 4090"),
    GPU_COUNT(Sort.PLAIN, "a whole number from 1 to 16", "1"),
    DATA_CENTER(Sort.PLAIN, "data center ids separated by commas", "EU-RO-1,US-KS-2"),
    CLOUD_TYPE(Sort.PLAIN, "SECURE, COMMUNITY or ALL", "SECURE"),
    IMAGE(Sort.PLAIN, "a container image with its full tag", Forms.DEFAULT_IMAGE),
    CONTAINER_DISK_GB(Sort.PLAIN, "a whole number of GB from 1 to 10000", "50"),
    VOLUME_GB(Sort.PLAIN, "a whole number of GB from 10 to 10000", "50"),
    MIN_FREE_GB(Sort.PLAIN, "a whole number of GB from 0 to 10000", "5"),
    MIN_CUDA_VERSION(Sort.PLAIN, "a CUDA version, or none", "12.8"),

    PROJECT_DIR(Sort.PLAIN, "a folder below /workspace on the pod, not data or logs, without '..'", "my-project"),
    CODE_SYNC(Sort.PLAIN, "tree or git", "tree"),
    TRAIN_COMMAND(
            Sort.PLAIN, "a command line with every quote closed", "python scripts/train.py --config {config} {resume}"),
    RESUME_ARG(Sort.PLAIN, "arguments with every quote closed", "--resume_from_checkpoint {checkpoint}"),
    CHECKPOINT_GLOB(
            Sort.PLAIN, "a file name pattern relative to the output folder, without '..' and '**'", "checkpoint-*"),
    OUTPUT_DIR_KEY(Sort.PLAIN, "key names joined by dots", "training.output_dir"),
    REQUIREMENTS(Sort.PLAIN, "a file in the project, relative to it, or none", "requirements.txt"),

    MAX_RUNTIME(Sort.PLAIN, "a duration up to 365d, or 0 for no limit", "12h"),
    MAX_COST(Sort.PLAIN, "US dollars up to 100000, or 0 for no limit", "25.50"),
    MAX_PRICE_PER_HOUR(Sort.PLAIN, "US dollars up to 10000, or 0 for no limit", "0.80"),
    IDLE_TIMEOUT(Sort.PLAIN, "a duration up to 30d, or 0 for no limit", "30m"),
    BOOT_GRACE(Sort.PLAIN, "a duration from 1s to 1d", "30m"),
    READY_TIMEOUT(Sort.PLAIN, "a duration from 1s to 1d", "15m"),
    SAVE_GRACE(Sort.PLAIN, "a duration from 0 to 1h", "60s"),
    GUARD_INTERVAL(Sort.PLAIN, "a duration from 1s to 5m", "15s"),
    RETRY_PAUSE(Sort.PLAIN, "a duration from 1s to 10m", "5s"),
    ON_EXIT(Sort.PLAIN, "stop, terminate or keep", "stop"),

    RECOVER(Sort.PLAIN, "a whole number from 0 to 100", "3"),
    RETRY_EXIT_CODES(Sort.PLAIN, "exit codes from 1 to 255 separated by commas", "137,139"),
    WAIT_FOR_CAPACITY(Sort.PLAIN, "a duration up to 30d, or 0 for no waiting", "12h"),

    LOGGING_DIR(
            Sort.PLAIN, "a folder on the pod, absolute or relative to the project, without '..'", "outputs/first-run"),
    LOCAL_PORT(Sort.PLAIN, "a whole number from 1 to 65535", "6006"),

    DATA_PATHS(Sort.PLAIN, "local files and folders separated by commas", "data/train,data/test"),

    HF_TOKEN(Sort.SECRET, "a Hugging Face token or {{ RUNPOD_SECRET_name }}", "hf_<the rest of your token>"),
    GROK_API_KEY(Sort.SECRET, "an xAI API key or {{ RUNPOD_SECRET_name }}", "xai-<the rest of your key>"),
    GITHUB_TOKEN(Sort.SECRET, "a GitHub token or {{ RUNPOD_SECRET_name }}", "ghp_<the rest of your token>"),
    RUNPOD_S3_ACCESS_KEY(Sort.SECRET, "the access key of a RunPod S3 API key", "user_<the rest of your key>"),
    RUNPOD_S3_SECRET_KEY(Sort.SECRET, "the secret of a RunPod S3 API key", "rps_<the rest of your key>"),

    RUNPOD_API_URL(
            Sort.PLAIN,
            "an https address without /v2, query or user (http only for this machine)",
            "https://api.runpod.io"),
    RUNPOD_GRAPHQL_URL(
            Sort.PLAIN,
            "an https address without query or user (http only for this machine)",
            "https://api.runpod.io/graphql"),
    RUNPOD_S3_URL(
            Sort.PLAIN,
            "an https address without the volume, query or user (http only for this machine)",
            "https://s3api-eu-ro-1.runpod.io"),
    HF_ENDPOINT(
            Sort.PLAIN,
            "an https address without query or user (http only for this machine)",
            "https://huggingface.co");

    private enum Sort {
        PLAIN,
        SECRET
    }

    private final Sort sort;
    private final String expected;
    private final String example;

    SettingKey(Sort sort, String expected, String example) {
        this.sort = sort;
        this.expected = expected;
        this.example = example;
    }

    static List<String> names() {
        return Arrays.stream(values()).map(SettingKey::name).toList();
    }

    boolean isSecret() {
        return sort == Sort.SECRET;
    }

    /** The form in words and an example, as the second half of a message. */
    String expectation() {
        return "expected " + expected + ", for example " + name() + "=" + example;
    }

    String example() {
        return example;
    }
}
