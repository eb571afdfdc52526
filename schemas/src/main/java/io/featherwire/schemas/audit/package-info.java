/**
 * The headers of the shadow audit: a sample of the features records also has the prediction from the uncompressed
 * feature.
 */
@NullMarked
package io.featherwire.schemas.audit;

import org.jspecify.annotations.NullMarked;
