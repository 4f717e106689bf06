/**
 * The use cases: launching, following, inspecting and stopping a run, each as one readable sequence. It decides what is
 * rented and what is ended; everything else is asked of the packages below.
 */
@NullMarked
package dev.podtrain.run;

import org.jspecify.annotations.NullMarked;
