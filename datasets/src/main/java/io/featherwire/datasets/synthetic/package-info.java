/**
 * Rendered scenes: a small ray caster whose images depend only on the seed. It uses only IEEE arithmetic, {@link
 * StrictMath} and its own random number generator, so that every machine renders the same bytes.
 */
@NullMarked
package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.NullMarked;
