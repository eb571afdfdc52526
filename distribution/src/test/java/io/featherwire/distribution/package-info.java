/** Tests of what is distributed. */
@NullMarked
package io.featherwire.distribution;

import org.jspecify.annotations.NullMarked;
