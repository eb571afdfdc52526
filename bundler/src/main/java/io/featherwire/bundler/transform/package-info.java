/** Fits the basis and the quantiser steps of a code to codes of training images. */
@NullMarked
package io.featherwire.bundler.transform;

import org.jspecify.annotations.NullMarked;
