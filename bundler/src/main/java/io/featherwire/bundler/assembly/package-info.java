/** Builds the graphs of a bundle from a network's parts, the codec's linear layers and the nodes between them. */
@NullMarked
package io.featherwire.bundler.assembly;

import org.jspecify.annotations.NullMarked;
