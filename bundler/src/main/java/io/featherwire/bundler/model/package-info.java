/** Reads a user's model from its ONNX file: the weights and the operators from input to output. */
@NullMarked
package io.featherwire.bundler.model;

import org.jspecify.annotations.NullMarked;
