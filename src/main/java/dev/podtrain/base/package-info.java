/**
 * The few small types that every other package may use: time, problems, secrets, shell quoting. Nothing in here knows
 * about pods.
 */
@NullMarked
package dev.podtrain.base;

import org.jspecify.annotations.NullMarked;
