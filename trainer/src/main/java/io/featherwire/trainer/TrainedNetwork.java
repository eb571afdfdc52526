package io.featherwire.trainer;

import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import java.util.List;
import java.util.Map;

/**
 * Backbone and head, trained and frozen.
 *
 * @param convolutions the thirteen of VGG16
 * @param head the fully connected layers
 * @param probe logits that PyTorch gives for the first validation images, for the parity check; empty for imported
 *     networks
 * @param history provenance of the training
 */
record TrainedNetwork(
        List<ConvWeights> convolutions, List<DenseWeights> head, float[] probe, Map<String, Object> history) {}
