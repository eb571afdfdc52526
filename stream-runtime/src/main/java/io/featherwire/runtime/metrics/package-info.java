/** What the streams count and time, for Prometheus. */
@NullMarked
package io.featherwire.runtime.metrics;

import org.jspecify.annotations.NullMarked;
