/** What the gate says of a frame on its features record. */
@NullMarked
package io.featherwire.schemas.gate;

import org.jspecify.annotations.NullMarked;
