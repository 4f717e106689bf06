/**
 * Flags, environment and {@code .runpod.env} as one typed and checked {@link dev.podtrain.config.Settings}, and the
 * training config as far as the program must understand it. Everything wrong with either is said here, before anything
 * is rented.
 */
@NullMarked
package dev.podtrain.config;

import org.jspecify.annotations.NullMarked;
