/** Somebody's model, read from its ONNX file: the weights and the operators on the way from input to output. */
@NullMarked
package io.featherwire.bundler.model;

import org.jspecify.annotations.NullMarked;
