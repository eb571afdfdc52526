/** Images in memory, their split into training and validation, and the augmented batches made of them. */
@NullMarked
package io.featherwire.trainer.data;

import org.jspecify.annotations.NullMarked;
