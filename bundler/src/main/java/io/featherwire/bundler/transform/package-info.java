/** The basis, the quantiser steps and the sensitivities of a code, fitted to codes of training images. */
@NullMarked
package io.featherwire.bundler.transform;

import org.jspecify.annotations.NullMarked;
