/** The command that kills, moves and stops things while frames flow, and counts what comes out. */
@NullMarked
package io.featherwire.cli.chaos;

import org.jspecify.annotations.NullMarked;
