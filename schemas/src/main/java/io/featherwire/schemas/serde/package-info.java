/** Serdes for the topics' records. */
@NullMarked
package io.featherwire.schemas.serde;

import org.jspecify.annotations.NullMarked;
