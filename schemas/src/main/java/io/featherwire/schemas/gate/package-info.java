/** The header in which the gate says whether a frame repeats another one. */
@NullMarked
package io.featherwire.schemas.gate;

import org.jspecify.annotations.NullMarked;
