/** Labelled images for training, evaluation and publishing: folders, CIFAR-10 and rendered scenes. */
@NullMarked
package io.featherwire.datasets;

import org.jspecify.annotations.NullMarked;
