package io.featherwire.cli;

import io.featherwire.bundler.preprocessing.Preprocessing;
import io.featherwire.codec.image.ResizeMethod;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Arguments that say how images are resized and normalised for the user's own model. */
final class PreprocessingArguments {

    /** The gray around a letterboxed image in YOLO networks, 0..255. */
    private static final int USUAL_GRAY = 114;

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            description = "How images are resized and normalised: imagenet (torchvision), inception (-1..1), "
                    + "clip or none (0..1). Default: the value in preprocessor_config.json beside the model.")
    private Preprocessing.@Nullable Preset preset;

    @Option(
            names = "--fit",
            paramLabel = "HOW",
            description =
                    "How an image becomes a square, instead of the preset's way: stretch, crop[:SHORTEST] (shortest "
                            + "side in pixels) or letterbox[:GRAY] (0..255).")
    private @Nullable String fit;

    @Option(
            names = "--filter",
            paramLabel = "FILTER",
            description = "Filter for resizing, instead of the preset's: bilinear or bicubic.")
    private ResizeMethod.@Nullable Filter filter;

    @Option(names = "--no-antialias", description = "Shrink images without antialiasing, as OpenCV does.")
    private boolean aliased;

    @Option(
            names = "--range",
            paramLabel = "MAX",
            description = "1 or 255: the network takes values 0..MAX, and no mean is subtracted.")
    private @Nullable Integer range;

    @Option(
            names = "--mean",
            paramLabel = "R,G,B",
            split = ",",
            description = "Mean of each channel on the scale 0..1, instead of the preset's.")
    private @Nullable List<Float> mean;

    @Option(
            names = "--std",
            paramLabel = "R,G,B",
            split = ",",
            description = "Standard deviation of each channel on the scale 0..1, instead of the preset's.")
    private @Nullable List<Float> std;

    @Option(names = "--bgr", description = "The network takes the channels in the order blue, green, red.")
    private boolean bgr;

    /** The preset; null if none was given. */
    Preprocessing.@Nullable Preset preset() {
        return preset;
    }

    /**
     * Replaces the parts of a preprocessing for which arguments were given.
     *
     * @throws IllegalArgumentException if an argument is invalid, or the result is
     */
    Preprocessing adjust(Preprocessing found) {
        Preprocessing adjusted = found.withResize(resizeMethod(found.resize()));
        if (range != null) {
            if (range != 1 && range != 255) {
                throw new IllegalArgumentException("--range is " + range + ", must be 1 or 255");
            }
            float one = 1f / range;
            adjusted = adjusted.withNormalisation(List.of(0f, 0f, 0f), List.of(one, one, one));
        }
        if (mean != null || std != null) {
            adjusted = adjusted.withNormalisation(
                    mean == null ? adjusted.mean() : mean, std == null ? adjusted.std() : std);
        }
        return bgr ? adjusted.withBgr(true) : adjusted;
    }

    private ResizeMethod resizeMethod(ResizeMethod found) {
        ResizeMethod.Fit how = found.fit();
        int number = found.number();
        if (fit != null) {
            String[] parts = fit.split(":", 2);
            how = Arrays.stream(ResizeMethod.Fit.values())
                    .filter(one -> one.name().equalsIgnoreCase(parts[0]))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--fit is " + fit + ", must be stretch, crop, crop:SHORTEST, letterbox or letterbox:GRAY"));
            number = parts.length == 2 ? Integer.parseInt(parts[1]) : defaultNumber(how, number);
        }
        return new ResizeMethod(filter == null ? found.filter() : filter, found.antialias() && !aliased, how, number);
    }

    /** The number of a method without one: the shortest side of a crop, in pixels, or the gray of a letterbox. */
    private static int defaultNumber(ResizeMethod.Fit how, int found) {
        return switch (how) {
            case STRETCH -> 0;
            case CROP -> Math.max(1, found);
            case LETTERBOX -> USUAL_GRAY;
        };
    }
}
