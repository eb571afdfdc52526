/** The training of the autoencoder on cached features. */
@NullMarked
package io.featherwire.trainer.bottleneck;

import org.jspecify.annotations.NullMarked;
