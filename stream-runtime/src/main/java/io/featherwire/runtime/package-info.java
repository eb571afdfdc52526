/** What both streams share: how a stream app is configured, started, watched and stopped. */
@NullMarked
package io.featherwire.runtime;

import org.jspecify.annotations.NullMarked;
