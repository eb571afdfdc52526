package io.featherwire.bundler.split;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/**
 * An image network that can be split: its input, the output in use, and the tensors that separate the two.
 *
 * @param source the model's file
 * @param input the image's tensor: name, type, sides with the batch
 * @param output the prediction's tensor
 * @param cuts from input to output
 * @param fixedBatch images of one run, 0 for any number
 * @param multiplyAdds of one image
 * @param observed shapes of tensors that the split needs
 */
@RecordBuilder
public record SplittableNetwork(
        SourceModel source,
        Port input,
        Port output,
        List<CutTensor> cuts,
        int fixedBatch,
        long multiplyAdds,
        Observed observed) {

    /**
     * An input or output.
     *
     * @param name in the graph
     * @param type of its elements, as the runtime calls it
     * @param sides without the batch
     */
    public record Port(String name, String type, List<Integer> sides) {
        public Port {
            sides = List.copyOf(sides);
        }
    }

    /**
     * Shapes by tensor, batch included.
     *
     * @param one of a run with one image, or with the fixed batch
     * @param two of a run with two images, empty where the batch is fixed
     */
    record Observed(Map<String, long[]> one, Map<String, long[]> two) {}

    public SplittableNetwork {
        cuts = List.copyOf(cuts);
    }
}
