/** What records say about the quality of their payloads. */
@NullMarked
package io.featherwire.schemas.quality;

import org.jspecify.annotations.NullMarked;
