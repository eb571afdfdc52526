/** The featherwire command: reads settings, starts the app they describe, and reports a failure in one line. */
@NullMarked
package io.featherwire.cli;

import org.jspecify.annotations.NullMarked;
