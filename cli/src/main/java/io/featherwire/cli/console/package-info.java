/** The output of the commands on a terminal: progress, logging, errors, exit codes. */
@NullMarked
package io.featherwire.cli.console;

import org.jspecify.annotations.NullMarked;
