/** Measurements that anyone can repeat with the command alone. */
@NullMarked
package io.featherwire.lab.bench;

import org.jspecify.annotations.NullMarked;
