/** The checks of every record, of any topic, before it is processed. */
@NullMarked
package io.featherwire.runtime.record;

import org.jspecify.annotations.NullMarked;
