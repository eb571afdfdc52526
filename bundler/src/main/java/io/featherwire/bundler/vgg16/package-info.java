/** The weights of a VGG16, read out of ONNX files that were trained and exported elsewhere. */
@NullMarked
package io.featherwire.bundler.vgg16;

import org.jspecify.annotations.NullMarked;
