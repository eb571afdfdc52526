/** Tests of the chaos command. */
@NullMarked
package io.featherwire.lab.chaos;

import org.jspecify.annotations.NullMarked;
