/** Finds out how a network expects images to be prepared, from presets and from files beside the model. */
@NullMarked
package io.featherwire.bundler.preprocessing;

import org.jspecify.annotations.NullMarked;
