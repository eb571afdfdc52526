/** Writes trained weights, given as plain arrays, to ONNX graphs: float32, compactly stored, int8 and float16. */
@NullMarked
package io.featherwire.bundler.export;

import org.jspecify.annotations.NullMarked;
