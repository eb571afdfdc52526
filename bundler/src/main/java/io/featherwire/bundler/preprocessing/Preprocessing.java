package io.featherwire.bundler.preprocessing;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.image.ResizeMethod;
import java.util.List;
import java.util.Locale;

/**
 * The preprocessing that a network expects, without the input size.
 *
 * @param resize the method that makes an image a square
 * @param mean the mean of R, G, B, on the scale 0..1
 * @param std the standard deviation of R, G, B, on the scale 0..1
 * @param bgr whether the network expects channels in the order blue, green, red
 * @param origin the origin of these values, for people
 */
public record Preprocessing(ResizeMethod resize, List<Float> mean, List<Float> std, boolean bgr, String origin) {

    /** The presets for networks that have no file of preprocessing beside them. */
    public enum Preset {
        IMAGENET,
        INCEPTION,
        CLIP,
        NONE;

        /** Returns the name on the command line. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The ratio of the resized edge to the edge of the centre crop, such as 256 : 224. */
    private static final double MARGIN = 256.0 / 224;

    private static final List<Float> ZERO = List.of(0f, 0f, 0f);
    private static final List<Float> ONE = List.of(1f, 1f, 1f);
    private static final List<Float> HALF = List.of(0.5f, 0.5f, 0.5f);

    /** The standard deviation, on the scale 0..1, that yields values 0..255. */
    private static final float BYTE = 1f / 255;

    public Preprocessing {
        requireNonNull(resize, "resize");
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != 3 || std.size() != 3 || !std.stream().allMatch(deviation -> deviation > 0)) {
            throw new IllegalArgumentException("the mean is " + mean + " and the deviation " + std
                    + ", must have three values each, and deviations more than 0");
        }
    }

    /**
     * Returns the preprocessing of a preset: torchvision's for ImageNet, the scale -1..1 of Inception and MobileNet,
     * CLIP's, or the scale 0..1 alone.
     */
    public static Preprocessing of(Preset preset, int size) {
        ResizeMethod cropped = new ResizeMethod(
                ResizeMethod.Filter.BILINEAR, true, ResizeMethod.Fit.CROP, (int) Math.round(size * MARGIN));
        String origin = "preset " + preset.text();
        return switch (preset) {
            case IMAGENET ->
                new Preprocessing(
                        cropped, List.of(0.485f, 0.456f, 0.406f), List.of(0.229f, 0.224f, 0.225f), false, origin);
            case INCEPTION -> new Preprocessing(cropped, HALF, HALF, false, origin);
            case CLIP ->
                new Preprocessing(
                        new ResizeMethod(ResizeMethod.Filter.BICUBIC, true, ResizeMethod.Fit.CROP, size),
                        List.of(0.48145466f, 0.4578275f, 0.40821073f),
                        List.of(0.26862954f, 0.26130258f, 0.27577711f),
                        false,
                        origin);
            case NONE -> new Preprocessing(ResizeMethod.BILINEAR, ZERO, ONE, false, origin);
        };
    }

    /** Returns a copy that yields values 0..255, for networks with byte input. */
    public Preprocessing withByteRange() {
        return new Preprocessing(resize, ZERO, List.of(BYTE, BYTE, BYTE), bgr, origin);
    }

    public Preprocessing withResize(ResizeMethod other) {
        return new Preprocessing(other, mean, std, bgr, origin);
    }

    /** Returns a copy with another mean and standard deviation of R, G, B, on the scale 0..1. */
    public Preprocessing withNormalisation(List<Float> otherMean, List<Float> otherStd) {
        return new Preprocessing(resize, otherMean, otherStd, bgr, origin);
    }

    public Preprocessing withBgr(boolean other) {
        return new Preprocessing(resize, mean, std, other, origin);
    }

    /** Returns the network's input for a size in pixels, with the default margin if the crop would be too small. */
    public InputSpec toInputSpec(int size) {
        boolean small = resize.fit() == ResizeMethod.Fit.CROP && resize.number() < size;
        int shortest = (int) Math.round(size * MARGIN);
        return InputSpec.of(
                size,
                mean,
                std,
                small ? new ResizeMethod(resize.filter(), resize.antialias(), resize.fit(), shortest) : resize);
    }
}
