/** The meters of the streams, for Prometheus. */
@NullMarked
package io.featherwire.runtime.metrics;

import org.jspecify.annotations.NullMarked;
