/** What the commands have in common before a terminal: progress, logging, complaints, exit codes. */
@NullMarked
package io.featherwire.cli.console;

import org.jspecify.annotations.NullMarked;
