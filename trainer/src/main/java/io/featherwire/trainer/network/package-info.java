/** Trainable networks as lists of layers over named PyTorch arrays, with optimisers and learning-rate schedules. */
@NullMarked
package io.featherwire.trainer.network;

import org.jspecify.annotations.NullMarked;
