/** Packs several frames of one sensor into one record, and unpacks them. */
@NullMarked
package io.featherwire.schemas.batch;

import org.jspecify.annotations.NullMarked;
