/** The featherwire command: reads settings, starts the app that they configure, and reports a failure in one line. */
@NullMarked
package io.featherwire.cli;

import org.jspecify.annotations.NullMarked;
