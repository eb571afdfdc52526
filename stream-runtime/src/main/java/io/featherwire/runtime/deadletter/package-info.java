/** Dead letters: records that could not be processed, whole, with the stage and the reason in headers. */
@NullMarked
package io.featherwire.runtime.deadletter;

import org.jspecify.annotations.NullMarked;
