/**
 * Brings the project's code to the host: finds out what belongs to it, and sends only what the host does not have. It
 * knows nothing of pods or runs.
 */
@NullMarked
package dev.podtrain.transfer;

import org.jspecify.annotations.NullMarked;
