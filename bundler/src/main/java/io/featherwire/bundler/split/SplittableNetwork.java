package io.featherwire.bundler.split;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;

/**
 * An image network that can be split: its input, the output in use, and the tensors that separate the two.
 *
 * @param source the model's file
 * @param input the network's input
 * @param output the output that holds the prediction
 * @param cuts the cut tensors, from input to output
 * @param fixedBatch the number of images of one run, 0 for any number
 * @param multiplyAdds the number of multiply-adds for one image
 * @param observed the shapes that the split needs
 */
@RecordBuilder
public record SplittableNetwork(
        SourceModel source,
        Port input,
        Port output,
        List<CutTensor> cuts,
        int fixedBatch,
        long multiplyAdds,
        ObservedShapes observed) {

    /**
     * An input or output.
     *
     * @param name the name in the graph
     * @param type the element type, in ONNX Runtime's spelling
     * @param sides the shape without the batch
     */
    public record Port(String name, String type, List<Integer> sides) {
        public Port {
            sides = List.copyOf(sides);
        }
    }

    /**
     * The shapes of tensors by name, with the batch.
     *
     * @param one the shapes in a run with one image, or with the fixed batch
     * @param two the shapes in a run with two images, empty if the batch is fixed
     */
    record ObservedShapes(Map<String, long[]> one, Map<String, long[]> two) {}

    public SplittableNetwork {
        cuts = List.copyOf(cuts);
    }
}
