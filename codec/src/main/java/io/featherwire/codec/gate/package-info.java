/** Which frames of a camera are like the one before, so that the network need not run on them. */
@NullMarked
package io.featherwire.codec.gate;

import org.jspecify.annotations.NullMarked;
