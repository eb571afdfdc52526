/** Fits a codec to unlabelled features: a linear transform, quantiser steps, entropy tables. */
@NullMarked
package io.featherwire.bundler.fit;

import org.jspecify.annotations.NullMarked;
