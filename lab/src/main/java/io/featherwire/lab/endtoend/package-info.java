/** Frames a second, CPU and latency of the whole streams, beside the bare runtime and what one would write by hand. */
@NullMarked
package io.featherwire.lab.endtoend;

import org.jspecify.annotations.NullMarked;
