/**
 * The command line: what can be typed, what is printed, in which form, and with which exit code the program ends. It
 * decides nothing about runs and pods; it asks the use cases and shows what they answer.
 */
@NullMarked
package dev.podtrain.cli;

import org.jspecify.annotations.NullMarked;
