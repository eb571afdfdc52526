/** What is logged of things that may happen with every record. */
@NullMarked
package io.featherwire.runtime.log;

import org.jspecify.annotations.NullMarked;
