/**
 * The local cloud: RunPod's APIs on loopback, with pods that are real processes in bubblewrap sandboxes. It reads the
 * provider's description of its API on its own and shares no type with the client, so that two readings of the same
 * text check each other.
 */
@NullMarked
package dev.podtrain.local;

import org.jspecify.annotations.NullMarked;
