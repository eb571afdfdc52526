/** What docs/use/operations.md promises to operators, held against the programs. */
@NullMarked
package io.featherwire.cli.operations;

import org.jspecify.annotations.NullMarked;
