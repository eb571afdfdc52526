/** Cameras: streams of JPEG pictures, over HTTP or from standard input. */
@NullMarked
package io.featherwire.producer.camera;

import org.jspecify.annotations.NullMarked;
