/** Puts the graphs of a bundle together: a network's parts, the codec's linear layers, and what lies between them. */
@NullMarked
package io.featherwire.bundler.assembly;

import org.jspecify.annotations.NullMarked;
