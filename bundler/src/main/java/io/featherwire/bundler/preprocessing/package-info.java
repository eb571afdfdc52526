/** What a network expects of an image, as presets and files beside the model say. */
@NullMarked
package io.featherwire.bundler.preprocessing;

import org.jspecify.annotations.NullMarked;
