/** Finds the frames of a camera that are like the last coded frame, so that the network need not run on them. */
@NullMarked
package io.featherwire.codec.gate;

import org.jspecify.annotations.NullMarked;
