/** Builds every object of the program once and starts the command line. */
@NullMarked
package dev.podtrain;

import org.jspecify.annotations.NullMarked;
