/**
 * Makes a bundle from a user's own model: the network is split, and a codec is fitted to its features on unlabelled
 * images.
 */
@NullMarked
package io.featherwire.bundler;

import org.jspecify.annotations.NullMarked;
