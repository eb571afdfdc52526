/** Labelled images for training, evaluation and publishing, from folders, from CIFAR-10 or rendered. */
@NullMarked
package io.featherwire.datasets;

import org.jspecify.annotations.NullMarked;
