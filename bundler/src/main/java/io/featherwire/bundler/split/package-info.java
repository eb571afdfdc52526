/** Finds the tensors at which a network can be split in two, and splits it. */
@NullMarked
package io.featherwire.bundler.split;

import org.jspecify.annotations.NullMarked;
