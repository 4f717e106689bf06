/**
 * What runs on the pod: the guard, the script around the trainer and the check of checkpoints, as resources that are sent
 * unchanged, and the one file of settings they read. Text in, text out; nothing in here knows how it travels.
 */
@NullMarked
package dev.podtrain.script;

import org.jspecify.annotations.NullMarked;
