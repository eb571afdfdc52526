/** Converts codes to payloads and back: quantiser, entropy tables, range coder, the versioned payload. */
@NullMarked
package io.featherwire.codec.payload;

import org.jspecify.annotations.NullMarked;
