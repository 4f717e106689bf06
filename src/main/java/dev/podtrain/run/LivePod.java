package dev.podtrain.run;

import dev.podtrain.ledger.Attempt;
import dev.podtrain.pod.Pod;

/** A pod of a run that the provider shows as running or on its way there, with the attempt it belongs to. */
record LivePod(Attempt attempt, Pod pod) {}
