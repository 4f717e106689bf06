/**
 * What this machine knows of its runs: one append-only file of events per run, and the state that is their fold. It
 * never asks the provider; it is read and written by whoever does.
 */
@NullMarked
package dev.podtrain.ledger;

import org.jspecify.annotations.NullMarked;
