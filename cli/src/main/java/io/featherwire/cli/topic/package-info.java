/** Reads the records of a topic up to its current end, for commands. */
@NullMarked
package io.featherwire.cli.topic;

import org.jspecify.annotations.NullMarked;
