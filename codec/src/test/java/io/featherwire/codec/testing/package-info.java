/** A bundle in miniature for tests, of this module and of those above it. */
@NullMarked
package io.featherwire.codec.testing;

import org.jspecify.annotations.NullMarked;
