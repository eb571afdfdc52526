/** Creates a bundle from a model and unlabelled images, from reading the model to testing the bundle. */
@NullMarked
package io.featherwire.bundler.creation;

import org.jspecify.annotations.NullMarked;
