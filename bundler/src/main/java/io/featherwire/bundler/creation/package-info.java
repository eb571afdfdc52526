/** Makes a bundle of a model and unlabelled images, from reading the model to trying the result. */
@NullMarked
package io.featherwire.bundler.creation;

import org.jspecify.annotations.NullMarked;
