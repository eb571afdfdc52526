/** ONNX Runtime sessions and the devices that they run on. No other package touches native memory. */
@NullMarked
package io.featherwire.codec.onnx;

import org.jspecify.annotations.NullMarked;
