/** The shadow audit: what the uncompressed path said of a frame, sent along with a share of the features. */
@NullMarked
package io.featherwire.schemas.audit;

import org.jspecify.annotations.NullMarked;
