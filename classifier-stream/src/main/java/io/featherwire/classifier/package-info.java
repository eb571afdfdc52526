/**
 * The stream of the decoder side: from features to classifications and, joined with labels, to accuracy. Read
 * ClassifierTopology first.
 */
@NullMarked
package io.featherwire.classifier;

import org.jspecify.annotations.NullMarked;
