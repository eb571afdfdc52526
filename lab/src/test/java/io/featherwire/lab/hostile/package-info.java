/** What clients with a fault, or a grudge, may put on the topics. */
@NullMarked
package io.featherwire.lab.hostile;

import org.jspecify.annotations.NullMarked;
