package io.featherwire.evaluation;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.image.EncodedImage;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.image.RgbImage;
import io.featherwire.evaluation.CurvePoint.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Measures the curve's points for comparison: original image files, and PNG and JPEG files of other sizes and
 * qualities.
 */
final class ImageFilePoints {

    private static final int BATCH = 32;

    private final BundleRoundTrip roundTrip;
    private final EvaluationData data;
    private final List<CurveImage> samples;
    private final EvaluationListener listener;

    ImageFilePoints(
            BundleRoundTrip roundTrip, EvaluationData data, List<CurveImage> samples, EvaluationListener listener) {
        this.roundTrip = roundTrip;
        this.data = data;
        this.samples = samples;
        this.listener = listener;
    }

    /** The points of original file, pixels and float feature. Their predictions are those of the uncompressed path. */
    List<CurvePoint> measureOriginals() throws IOException {
        PointAccumulator file = new PointAccumulator();
        PointAccumulator rgb = new PointAccumulator();
        PointAccumulator feature = new PointAccumulator();
        int featureBytes =
                Float.BYTES * roundTrip.bundle().manifest().featureShape().values();
        for (CurveImage sample : samples) {
            file.add(sample, sample.uncompressed(), encodedImage(sample).bytes().length);
            rgb.add(sample, sample.uncompressed(), pixels(sample).rgb().length);
            feature.add(sample, sample.uncompressed(), featureBytes);
        }
        return List.of(
                file.point(Kind.FILE, "image file", "image file"),
                rgb.point(Kind.RGB, "raw RGB", "raw RGB"),
                feature.point(Kind.FEATURE, "raw feature", "raw feature"));
    }

    /** Measures PNG files and JPEG files of the given qualities, at one scale. */
    List<CurvePoint> measureFiles(double scale, List<Integer> jpegQualities) throws IOException {
        String edge = edgeText(scale);
        List<CurvePoint> points = new ArrayList<>();
        points.add(measurePoint(Kind.PNG, "PNG", edge, pixels -> ImageFiles.encodePng(pixels), scale, bytes -> 0));
        for (int quality : jpegQualities) {
            points.add(measurePoint(
                    Kind.JPEG,
                    "JPEG " + edge,
                    "q" + quality,
                    pixels -> ImageFiles.encodeJpeg(pixels, quality),
                    scale,
                    ImageFiles::scanBytes));
        }
        return points;
    }

    private String edgeText(double scale) throws IOException {
        RgbImage first = ImageFiles.scale(pixels(samples.get(0)), scale);
        for (CurveImage sample : samples) {
            RgbImage other = ImageFiles.scale(pixels(sample), scale);
            if (other.width() != first.width() || other.height() != first.height()) {
                return Math.round(100 * scale) + " %";
            }
        }
        return first.width() + "×" + first.height();
    }

    /** Encodes images as files, decodes the files and classifies them with the bundle's backbone and head. */
    private CurvePoint measurePoint(
            Kind kind,
            String series,
            String label,
            Function<RgbImage, EncodedImage> encoder,
            double scale,
            ToIntFunction<byte[]> scanBytes)
            throws IOException {
        listener.onStage(series + " " + label, samples.size());
        PointAccumulator tally = new PointAccumulator();
        for (int from = 0; from < samples.size(); from += BATCH) {
            List<CurveImage> part = samples.subList(from, Math.min(samples.size(), from + BATCH));
            List<byte[]> files = new ArrayList<>();
            List<float[]> prepared = new ArrayList<>();
            for (CurveImage sample : part) {
                EncodedImage file = encoder.apply(ImageFiles.scale(pixels(sample), scale));
                files.add(file.bytes());
                prepared.add(prepare(file));
            }
            List<Prediction> predictions = roundTrip
                    .classifier()
                    .classifyFeatures(roundTrip.compress(prepared).features());
            for (int i = 0; i < part.size(); i++) {
                byte[] file = files.get(i);
                tally.add(part.get(i), predictions.get(i), file.length, scanBytes.applyAsInt(file));
            }
            listener.onImages(part.size());
        }
        return tally.point(kind, series, label);
    }

    private EncodedImage encodedImage(CurveImage sample) throws IOException {
        return data.images().get(sample.index()).image();
    }

    private RgbImage pixels(CurveImage sample) throws IOException {
        try {
            return roundTrip.decode(encodedImage(sample));
        } catch (ImageException e) {
            throw new IOException("an image that was decoded before cannot be decoded now", e);
        }
    }

    private float[] prepare(EncodedImage file) throws IOException {
        try {
            return roundTrip.prepare(roundTrip.decode(file));
        } catch (ImageException e) {
            throw new IOException("an image file that was just encoded cannot be decoded", e);
        }
    }
}
