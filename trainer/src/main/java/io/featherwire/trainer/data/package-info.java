/** Augmented batches of images, and cached features. */
@NullMarked
package io.featherwire.trainer.data;

import org.jspecify.annotations.NullMarked;
