/** Checks the scripts in {@code scripts/}, which have no Java code of their own. */
@NullMarked
package dev.podtrain.launcher;

import org.jspecify.annotations.NullMarked;
