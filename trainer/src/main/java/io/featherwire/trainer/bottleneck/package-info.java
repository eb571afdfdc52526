/** The autoencoder's training on cached features, and the choice of its quantiser and tables. */
@NullMarked
package io.featherwire.trainer.bottleneck;

import org.jspecify.annotations.NullMarked;
