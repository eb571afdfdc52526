package io.featherwire.bundler.split;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tensor that alone separates a network's input from its output.
 *
 * @param name in the graph
 * @param operator that computes it
 * @param sides without the batch, outermost first
 * @param type of its elements, as the runtime calls it
 * @param quantisation scale and zero point of integers, null for a tensor of floats
 * @param share of the network's multiply-adds that come before it, 0..1
 * @param refusal why it cannot be a feature, null if it can
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
     * The value of a tensor's integer q: (q - zeroPoint) * scale.
     *
     * @param scale of one step
     * @param zeroPoint the integer of value 0
     */
    public record Quantisation(float scale, int zeroPoint) {}

    public CutTensor {
        sides = List.copyOf(sides);
    }

    /** Floats of one image. */
    public long floats() {
        return sides.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Whether it can be a feature. */
    public boolean usable() {
        return refusal == null;
    }

    /** Whether it has one value per channel: all sides but one are 1. */
    public boolean vector() {
        return sides.stream().filter(side -> side != 1).count() <= 1;
    }

    /** As text: 1280x1x1. */
    public String shape() {
        return sides.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    static List<Integer> withoutBatch(long[] sides) {
        return Arrays.stream(sides).skip(1).mapToObj(Math::toIntExact).toList();
    }
}
