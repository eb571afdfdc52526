/** The command {@code featherwire-lab}. */
@NullMarked
package io.featherwire.lab;

import org.jspecify.annotations.NullMarked;
