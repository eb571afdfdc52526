/** The encoder side's stream: images to compact features. */
@NullMarked
package io.featherwire.compressor;

import org.jspecify.annotations.NullMarked;
