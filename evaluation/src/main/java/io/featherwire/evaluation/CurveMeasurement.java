package io.featherwire.evaluation;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.PredictionPreservingQuantiser;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.image.ImageException;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadCodec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.Split;
import io.featherwire.evaluation.CurvePoint.Kind;
import io.featherwire.evaluation.statistics.Proportion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures the points of a rate–accuracy curve, all on the same images. */
final class CurveMeasurement {

    private static final int BATCH = 32;
    private static final double MOST_LOST = -0.25;

    private final BundleRoundTrip roundTrip;
    private final EvaluationData data;
    private final List<CurveImage> samples;
    private final CurveOptions options;
    private final EvaluationListener listener;
    private final TensorShape shape;
    private final Quantisers quantisers;
    private final @Nullable RdoqSettings search;
    private final List<CurvePoint> points = new ArrayList<>();

    private CurveMeasurement(
            BundleRoundTrip roundTrip,
            EvaluationData data,
            List<CurveImage> samples,
            CurveOptions options,
            EvaluationListener listener) {
        this.roundTrip = roundTrip;
        this.data = data;
        this.samples = List.copyOf(samples);
        this.options = options;
        this.listener = listener;
        this.shape = roundTrip.bundle().manifest().codeShape();
        this.quantisers = roundTrip.bundle().manifest().quantisers();
        this.search = roundTrip.bundle().manifest().search();
    }

    static RateCurve measure(
            BundleRoundTrip roundTrip,
            EvaluationData data,
            List<CurveImage> samples,
            CurveOptions options,
            EvaluationListener listener)
            throws IOException {
        return new CurveMeasurement(roundTrip, data, samples, options, listener).measure();
    }

    private RateCurve measure() throws IOException {
        measureModes();
        measurePacked();
        measureEntropyCoded();
        ImageFilePoints images = new ImageFilePoints(roundTrip, data, samples, listener);
        points.addAll(images.measureOriginals());
        for (double scale : options.scales()) {
            points.addAll(images.measureFiles(scale, options.jpegQualities()));
        }
        int classes = roundTrip.bundle().manifest().classes().size();
        int right =
                (int) samples.stream().filter(CurveImage::isUncompressedCorrect).count();
        return new RateCurve(
                samples.size(),
                new Proportion(right, samples.size()),
                Math.log(classes) / Math.log(2),
                predictionBits(classes),
                points);
    }

    private double predictionBits(int classes) {
        int[] counts = new int[classes];
        samples.forEach(sample -> counts[sample.uncompressed().classIndex()]++);
        double bits = 0;
        for (int count : counts) {
            double share = (double) count / samples.size();
            bits -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
        }
        return bits;
    }

    private void measureModes() {
        CodeFormat format = roundTrip.bundle().codeFormat();
        for (PayloadMode mode : format.modes()) {
            boolean symbols = mode == PayloadMode.PACKED || mode == PayloadMode.ENTROPY;
            points.add(measurePoint(format, mode, symbols ? search : null, Kind.MODE, "payload", mode.text()));
        }
    }

    /**
     * Adds points of fixed-length symbols 0..2^bits - 1 that cover each channel's range, as mode u8 does with 8 bits.
     */
    private void measurePacked() {
        for (int bits : options.packedBits()) {
            float[] step = quantisers.u8().step();
            for (int c = 0; c < step.length; c++) {
                step[c] *= 255f / ((1 << bits) - 1);
            }
            Quantiser quantiser = Quantiser.of(quantisers.u8().offset(), step);
            CodeFormat format = new CodeFormat(shape, new Quantisers(quantisers.u8(), quantiser), null);
            points.add(measurePoint(format, PayloadMode.PACKED, null, Kind.PACKED, "packed", bits + " bit"));
        }
    }

    /**
     * Adds points of the bundle's quantiser with finer and coarser steps. Each step gets entropy tables of its own,
     * measured on training images.
     */
    private void measureEntropyCoded() throws IOException {
        Split training = data.training();
        if (training == null || options.stepFactors().isEmpty()) {
            return;
        }
        List<float[]> codes = computeCodes(training.first(options.tableImages()));
        if (codes.isEmpty()) {
            return;
        }
        Quantiser base = quantisers.symbols() == null ? uniformQuantiser(codes) : quantisers.symbols();
        for (double factor : options.stepFactors()) {
            float[] step = base.step();
            for (int c = 0; c < step.length; c++) {
                step[c] *= (float) factor;
            }
            Quantiser quantiser = Quantiser.of(base.offset(), step);
            Quantisers scaled = new Quantisers(quantisers.u8(), quantiser);
            CodeQuantiser without = CodeQuantiser.of(new CodeFormat(shape, scaled, null));
            EntropyTables tables = EntropyTables.train(
                    codes.stream().map(without::quantise).toList(),
                    shape,
                    EntropyTables.Options.DEFAULT.withDead(quantiser));
            CodeFormat format = new CodeFormat(shape, scaled, tables);
            String label = String.format(Locale.ROOT, "step ×%.3g", factor);
            CurvePoint point = measurePoint(format, PayloadMode.ENTROPY, null, Kind.ENTROPY, "entropy", label);
            points.add(point);
            if (search != null) {
                points.add(measurePoint(format, PayloadMode.ENTROPY, search, Kind.SEARCHED, "searched", label));
            }
            if (point.outcome().difference() < MOST_LOST) {
                return;
            }
        }
    }

    /**
     * Makes the quantiser of symbols for a bundle without one: all channels share one step, a fifth of the codes'
     * standard deviation.
     */
    private Quantiser uniformQuantiser(List<float[]> codes) {
        float[] means = new float[shape.channels()];
        double variance = 0;
        for (int c = 0; c < shape.channels(); c++) {
            double sum = 0;
            double squares = 0;
            for (float[] code : codes) {
                for (int p = c * shape.plane(); p < (c + 1) * shape.plane(); p++) {
                    sum += code[p];
                    squares += (double) code[p] * code[p];
                }
            }
            double count = (double) codes.size() * shape.plane();
            means[c] = (float) (sum / count);
            variance += squares / count - (sum / count) * (sum / count);
        }
        float step = (float) Math.max(Float.MIN_NORMAL, Math.sqrt(variance / shape.channels()) / 5);
        return Quantiser.of(means, Quantiser.uniform(shape.channels(), step).step());
    }

    private List<float[]> computeCodes(Split split) throws IOException {
        listener.onStage("codes of training images", split.size());
        List<float[]> codes = new ArrayList<>();
        List<float[]> batch = new ArrayList<>();
        for (int i = 0; i < split.size(); i++) {
            try {
                batch.add(roundTrip.prepare(roundTrip.decode(split.get(i).image())));
            } catch (ImageException e) {
                continue;
            } finally {
                listener.onImages(1);
            }
            if (batch.size() == BATCH) {
                codes.addAll(roundTrip.compress(batch).codes());
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            codes.addAll(roundTrip.compress(batch).codes());
        }
        return codes;
    }

    private CurvePoint measurePoint(
            CodeFormat format,
            PayloadMode mode,
            @Nullable RdoqSettings searched,
            Kind kind,
            String series,
            String label) {
        PayloadCodec codec = PayloadCodec.of(format);
        PointAccumulator tally = new PointAccumulator();
        for (int from = 0; from < samples.size(); from += BATCH) {
            List<CurveImage> part = samples.subList(from, Math.min(samples.size(), from + BATCH));
            List<byte[]> payloads = searched == null
                    ? part.stream()
                            .map(sample -> codec.encode(sample.code(), mode))
                            .toList()
                    : encodeWithSearch(format, mode, searched, part);
            List<Prediction> predictions = roundTrip
                    .classifier()
                    .classify(payloads.stream()
                            .map(payload -> decode(codec, payload))
                            .toList());
            for (int i = 0; i < part.size(); i++) {
                tally.add(part.get(i), predictions.get(i), payloads.get(i).length);
            }
        }
        return tally.point(kind, series, label);
    }

    private List<byte[]> encodeWithSearch(
            CodeFormat format, PayloadMode mode, RdoqSettings spec, List<CurveImage> part) {
        List<float[]> codes = part.stream().map(CurveImage::code).toList();
        List<int[]> symbols = new PredictionPreservingQuantiser(
                        CodeQuantiser.of(format), roundTrip.classifier()::classify, spec)
                .search(codes, part.stream().map(CurveImage::uncompressed).toList());
        SymbolCodec codec = SymbolCodec.of(format);
        return IntStream.range(0, codes.size())
                .mapToObj(i -> codec.encode(codes.get(i), symbols.get(i), mode))
                .toList();
    }

    private static float[] decode(PayloadCodec codec, byte[] payload) {
        try {
            return codec.decode(payload);
        } catch (PayloadException e) {
            throw new IllegalStateException("the codec refuses its own payload: " + e.getMessage(), e);
        }
    }
}
