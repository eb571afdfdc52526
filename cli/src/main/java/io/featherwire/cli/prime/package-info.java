/** Faster starts: what both streams load, kept for the JVM. */
@NullMarked
package io.featherwire.cli.prime;

import org.jspecify.annotations.NullMarked;
