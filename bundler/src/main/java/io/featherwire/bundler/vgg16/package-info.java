/** Reads the weights of a VGG16 from ONNX files that were trained and exported elsewhere. */
@NullMarked
package io.featherwire.bundler.vgg16;

import org.jspecify.annotations.NullMarked;
