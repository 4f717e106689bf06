/** Holds what tests compare with the provider's published interface description. It knows nothing of our own types. */
@NullMarked
package dev.podtrain.contract;

import org.jspecify.annotations.NullMarked;
