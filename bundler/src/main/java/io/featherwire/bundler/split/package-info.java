/** Finds the tensors at which a network can be cut in two, and cuts it. */
@NullMarked
package io.featherwire.bundler.split;

import org.jspecify.annotations.NullMarked;
