/**
 * Rendered scenes: a small ray caster whose pictures depend on the seed alone. Only IEEE arithmetic, {@link StrictMath}
 * and a generator of our own are used, so that every machine renders the same bytes.
 */
@NullMarked
package io.featherwire.datasets.synthetic;

import org.jspecify.annotations.NullMarked;
