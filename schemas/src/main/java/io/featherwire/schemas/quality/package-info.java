/** The header that says how coarsely a payload was quantised. */
@NullMarked
package io.featherwire.schemas.quality;

import org.jspecify.annotations.NullMarked;
