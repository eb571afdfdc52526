/** Statistics that the dashboard and the evaluation use. */
@NullMarked
package io.featherwire.codec.statistics;

import org.jspecify.annotations.NullMarked;
