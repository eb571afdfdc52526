/** The training of a bundle from images: stages, progress and options. */
@NullMarked
package io.featherwire.trainer;

import org.jspecify.annotations.NullMarked;
