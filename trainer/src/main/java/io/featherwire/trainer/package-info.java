/** Training of a bundle from images: the stages, their progress and their options. */
@NullMarked
package io.featherwire.trainer;

import org.jspecify.annotations.NullMarked;
