/** Several frames of one sensor as one record, and back. */
@NullMarked
package io.featherwire.schemas.batch;

import org.jspecify.annotations.NullMarked;
