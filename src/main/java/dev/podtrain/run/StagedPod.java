package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.pod.Pod;
import dev.podtrain.ssh.SshSession;

/**
 * A pod that answers, for one attempt.
 *
 * @param expendable whether deleting it loses nothing: it was made for this attempt, and the data is on a network volume
 */
record StagedPod(Attempt attempt, Pod pod, PodConnection connection, SshSession session, boolean expendable) {}
