/** What is checked of every record before anything else touches it, whichever topic it is on. */
@NullMarked
package io.featherwire.runtime.record;

import org.jspecify.annotations.NullMarked;
