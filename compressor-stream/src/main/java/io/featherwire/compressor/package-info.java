/** The stream of the encoder side: images to compact features. */
@NullMarked
package io.featherwire.compressor;

import org.jspecify.annotations.NullMarked;
