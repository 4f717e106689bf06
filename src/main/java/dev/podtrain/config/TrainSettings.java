package dev.podtrain.config;

import org.jspecify.annotations.Nullable;

/**
 * How the project trains.
 *
 * @param projectDir where the code lies on the pod, relative to {@code /workspace}, never empty and without {@code ..}
 * @param trainCommand shell words with the placeholders {@code {config}}, {@code {resume}}, {@code {checkpoint}} and
 *     {@code {output_dir}}
 * @param resumeArg the shell words that {@code {resume}} stands for when there is a checkpoint
 * @param checkpointGlob relative to the output folder
 * @param outputDirKey dotted path of the output folder's key in the training config, or null to look for it
 * @param requirements a file in the project, relative to it, or null if there is none
 */
public record TrainSettings(
        String projectDir,
        CodeSync codeSync,
        String trainCommand,
        String resumeArg,
        String checkpointGlob,
        @Nullable String outputDirKey,
        @Nullable String requirements) {}
