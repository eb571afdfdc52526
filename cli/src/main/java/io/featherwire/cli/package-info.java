/** The featherwire command: reads settings, starts what they ask for, tells in one line what went wrong. */
@NullMarked
package io.featherwire.cli;

import org.jspecify.annotations.NullMarked;
