/**
 * A port of this machine that leads to a port of a pod, for as long as the pod lives and through any number of lost
 * connections. Knows SSH sessions, but neither providers nor runs.
 */
@NullMarked
package dev.podtrain.tunnel;

import org.jspecify.annotations.NullMarked;
