/** Checks the demo project in {@code src/demo}, as its user would run it. It has no Java code of its own. */
@NullMarked
package dev.podtrain.demo;

import org.jspecify.annotations.NullMarked;
