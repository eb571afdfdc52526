/** Statistics that both the live page and the evaluation need. */
@NullMarked
package io.featherwire.codec.statistics;

import org.jspecify.annotations.NullMarked;
