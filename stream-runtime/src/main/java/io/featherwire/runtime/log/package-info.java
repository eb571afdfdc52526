/** Logging of events that every record may cause, at a bounded rate. */
@NullMarked
package io.featherwire.runtime.log;

import org.jspecify.annotations.NullMarked;
