package io.featherwire.trainer;

import io.featherwire.bundler.export.ConvWeights;
import io.featherwire.bundler.export.DenseWeights;
import java.util.List;
import java.util.Map;

/**
 * A trained backbone with its head. Neither is trained further.
 *
 * @param convolutions thirteen convolutions of VGG16
 * @param head fully connected layers
 * @param probe PyTorch's logits of the first validation images, for the parity check; empty for imported networks
 * @param history provenance of the training
 */
record TrainedNetwork(
        List<ConvWeights> convolutions, List<DenseWeights> head, float[] probe, Map<String, Object> history) {}
