/** Compares docs/use/operations.md with the programs. */
@NullMarked
package io.featherwire.cli.operations;

import org.jspecify.annotations.NullMarked;
