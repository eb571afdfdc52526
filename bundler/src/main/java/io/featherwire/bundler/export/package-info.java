/** Trained weights, as plain arrays, to ONNX graphs: float, compactly stored, int8 and float16. */
@NullMarked
package io.featherwire.bundler.export;

import org.jspecify.annotations.NullMarked;
