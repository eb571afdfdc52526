/** Tests of the chaos command. */
@NullMarked
package io.featherwire.cli.chaos;

import org.jspecify.annotations.NullMarked;
