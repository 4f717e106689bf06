/**
 * Connections to one host: checked host keys, commands, files, and following a file across reconnects. It knows
 * nothing of pods, and nothing of the SSH library shows outside.
 */
@NullMarked
package dev.podtrain.ssh;

import org.jspecify.annotations.NullMarked;
