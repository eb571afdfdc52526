/** Fits a codec to features without labels: a linear transform, quantiser steps, entropy tables. */
@NullMarked
package io.featherwire.bundler.fit;

import org.jspecify.annotations.NullMarked;
