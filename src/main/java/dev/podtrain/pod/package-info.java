/**
 * RunPod's pods, GPU types and network volumes as our own types, and the calls of REST v2 that read and change them.
 * It knows nothing of runs, SSH or files.
 */
@NullMarked
package dev.podtrain.pod;

import org.jspecify.annotations.NullMarked;
