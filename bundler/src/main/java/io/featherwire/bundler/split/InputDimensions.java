package io.featherwire.bundler.split;

import io.featherwire.bundler.BundlerException;
import io.featherwire.codec.onnx.GraphProbe;
import java.util.Set;

/** Finds the shape of a model's input: the dimensions that its file declares, and values for open ones. */
final class InputDimensions {

    private InputDimensions() {}

    /**
     * Returns the input's shape with the batch first; a batch that the file leaves open is 1.
     *
     * @throws BundlerException if the input is no square image of three channels
     */
    static long[] resolve(GraphProbe.Tensor declared, SourceModel model, NetworkReader.Options options) {
        long[] sides = declared.sides().clone();
        if (!Set.of("FLOAT", "FLOAT16", "UINT8").contains(declared.type())) {
            throw model.rejection(
                    "its input is of type " + declared.type() + ", but images are passed as float, float16 or uint8",
                    "Export it with an input of one of these types.");
        }
        if (sides.length != 4) {
            throw model.rejection(
                    "its input has " + sides.length + " dimensions, but images have batch, channels, height and width",
                    "Export a model that takes images.");
        }
        boolean last = sides[3] == 3 && sides[1] != 3;
        int channels = last ? 3 : 1;
        if (sides[channels] > 0 && sides[channels] != 3) {
            throw model.rejection(
                    "its input has " + sides[channels] + " channels, but images have three: red, green and blue",
                    "Export it with three input channels.");
        }
        sides[0] = sides[0] < 1 ? 1 : sides[0];
        sides[channels] = 3;
        for (int side = last ? 1 : 2; side < (last ? 3 : 4); side++) {
            if (sides[side] < 1) {
                Integer open = options.inputSize() == null ? options.defaultSize() : options.inputSize();
                if (open == null) {
                    throw model.rejection(
                            "it takes images of any size",
                            "Give --input-size, the edge in pixels that it was trained for.");
                }
                sides[side] = open;
            } else if (options.inputSize() != null && options.inputSize() != sides[side]) {
                throw model.rejection(
                        "it takes images of " + sides[side] + " pixels, not of " + options.inputSize()
                                + " as --input-size says",
                        "Leave --input-size out.");
            }
        }
        int first = last ? 1 : 2;
        if (sides[first] != sides[first + 1]) {
            throw model.rejection(
                    "it takes images of " + sides[first] + "x" + sides[first + 1]
                            + " pixels, but only squares are supported",
                    "Export it with a square input.");
        }
        return sides;
    }
}
