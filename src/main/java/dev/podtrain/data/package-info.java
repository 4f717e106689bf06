/**
 * Moves data between this machine and a host, in either direction: finds out what differs, sends only that, over as many
 * connections as the way there needs, and goes on where an interrupted transfer stopped. It knows nothing of pods or runs.
 */
@NullMarked
package dev.podtrain.data;

import org.jspecify.annotations.NullMarked;
