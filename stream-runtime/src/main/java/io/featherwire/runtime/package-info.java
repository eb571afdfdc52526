/** Code that both streams share: configuration, start, supervision and stop of a stream app. */
@NullMarked
package io.featherwire.runtime;

import org.jspecify.annotations.NullMarked;
