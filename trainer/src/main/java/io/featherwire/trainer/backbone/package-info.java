/** Reads VGG16 weights out of ONNX files that were trained and exported elsewhere. */
@NullMarked
package io.featherwire.trainer.backbone;

import org.jspecify.annotations.NullMarked;
