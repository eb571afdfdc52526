/** Encoded images to normalised tensors: decode, check, resize, normalise. */
@NullMarked
package io.featherwire.codec.image;

import org.jspecify.annotations.NullMarked;
