/** Rate-limited logging of events that every record may cause. */
@NullMarked
package io.featherwire.runtime.log;

import org.jspecify.annotations.NullMarked;
