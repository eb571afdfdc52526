/** Turns encoded images into normalised tensors: decode, check, resize, normalise. */
@NullMarked
package io.featherwire.codec.image;

import org.jspecify.annotations.NullMarked;
