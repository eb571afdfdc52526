/** The command's benchmarks, which need nothing but the command. */
@NullMarked
package io.featherwire.lab.bench;

import org.jspecify.annotations.NullMarked;
