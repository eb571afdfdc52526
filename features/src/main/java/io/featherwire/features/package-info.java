/** Reads the topic {@code features} as floats, for consumers that use nothing else of Featherwire. */
@NullMarked
package io.featherwire.features;

import org.jspecify.annotations.NullMarked;
