package io.featherwire.bundler.split;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that alone separates a network's input from its output.
 *
 * @param name the name in the graph
 * @param operator the operator that computes the tensor
 * @param sides the shape without the batch, outermost dimension first
 * @param type the element type, in ONNX Runtime's spelling
 * @param quantisation scale and zero point of an integer tensor, null for a tensor of floats
 * @param share the share of the network's multiply-adds that come before the tensor, 0..1
 * @param refusal the reason why the tensor cannot be a feature, null if it can
 */
@RecordBuilder
public record CutTensor(
        String name,
        String operator,
        List<Integer> sides,
        String type,
        @Nullable Quantisation quantisation,
        double share,
        @Nullable String refusal) {

    /**
     * The quantisation of an integer tensor: an integer q has the value (q - zeroPoint) * scale.
     *
     * @param scale the size of one step
     * @param zeroPoint the integer of the value 0
     */
    public record Quantisation(float scale, int zeroPoint) {}

    public CutTensor {
        sides = List.copyOf(sides);
    }

    /** Returns the number of values of one image. */
    public long valueCount() {
        return sides.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Returns whether the tensor can be a feature. */
    public boolean isUsable() {
        return refusal == null;
    }

    /** Returns whether the tensor has one value per channel, that is, all sides but one are 1. */
    public boolean isVector() {
        return sides.stream().filter(side -> side != 1).count() <= 1;
    }

    /** Returns the shape as text, such as 1280x1x1. */
    public String shapeText() {
        return sides.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    static List<Integer> withoutBatch(long[] sides) {
        return Arrays.stream(sides).skip(1).mapToObj(Math::toIntExact).toList();
    }
}
