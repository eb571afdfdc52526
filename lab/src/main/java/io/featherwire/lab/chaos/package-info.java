/** Both streams under load while things are killed, stopped and moved, and the counts of what came out. */
@NullMarked
package io.featherwire.lab.chaos;

import org.jspecify.annotations.NullMarked;
