package io.featherwire.evaluation;

import java.util.List;

/**
 * Chooses the points of a rate–accuracy curve.
 *
 * @param images number of images that each point is measured on; the first ones are used
 * @param tableImages number of training images that the entropy tables of re-quantised codes are measured on
 * @param packedBits bits per value of fixed-length symbols
 * @param stepFactors multiples of the bundle's own quantiser step, from fine to coarse; coarser steps than the first
 *     that loses more than 25 points of accuracy are left out
 * @param jpegQualities JPEG qualities, 1..100
 * @param scales edge lengths of the image files, relative to the original image, above 0 and at most 1
 */
public record CurveOptions(
        int images,
        int tableImages,
        List<Integer> packedBits,
        List<Double> stepFactors,
        List<Integer> jpegQualities,
        List<Double> scales) {

    public static final CurveOptions DEFAULT = new CurveOptions(
            2000,
            2000,
            List.of(1, 2, 3, 4, 6),
            List.of(0.5, 0.71, 1.0, 1.41, 2.0, 2.83, 4.0, 5.66, 8.0, 11.3, 16.0, 22.6, 32.0, 45.0, 64.0),
            List.of(5, 15, 30, 50, 75, 90),
            List.of(1.0, 0.75, 0.5));

    public CurveOptions {
        packedBits = List.copyOf(packedBits);
        stepFactors = List.copyOf(stepFactors);
        jpegQualities = List.copyOf(jpegQualities);
        scales = List.copyOf(scales);
        check(images >= 1 && tableImages >= 1, "a curve needs at least one image and one training image");
        check(packedBits.stream().allMatch(bits -> bits >= 1 && bits <= 8), "packed bits must be in 1..8");
        check(stepFactors.stream().allMatch(factor -> factor > 0), "step factors must be positive");
        check(jpegQualities.stream().allMatch(q -> q >= 1 && q <= 100), "JPEG qualities must be in 1..100");
        check(scales.stream().allMatch(scale -> scale > 0 && scale <= 1), "scales must be in 0..1, 0 excluded");
    }

    public CurveOptions withImages(int other) {
        return new CurveOptions(other, tableImages, packedBits, stepFactors, jpegQualities, scales);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
