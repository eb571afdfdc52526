/** The trained networks as lists of layers over named PyTorch arrays, with their optimisers and schedules. */
@NullMarked
package io.featherwire.trainer.network;

import org.jspecify.annotations.NullMarked;
