package io.featherwire.bundler.transform;

import io.featherwire.codec.Prediction;
import io.featherwire.codec.PredictionPreservingQuantiser;
import io.featherwire.codec.bundle.RdoqSettings;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.SymbolCodec;
import io.featherwire.codec.payload.TensorShape;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The quantisers and entropy tables of a bundle, chosen on training and validation codes.
 *
 * @param quantisers the quantisers of all modes
 * @param tables the tables of the symbols
 * @param accuracy the accuracy on the validation codes, decoded from the sent symbols
 * @param agreement the share of validation codes with the same class as on the uncompressed path
 * @param bytes the mean size of the validation codes' payloads, in bytes
 * @param bytesDeviation the standard deviation of the validation codes' payload sizes, in bytes
 */
public record QuantiserChoice(
        Quantisers quantisers,
        EntropyTables tables,
        double accuracy,
        double agreement,
        double bytes,
        double bytesDeviation) {
    private static final double MAX_LOSS = 0.004;
    private static final double MIN_AGREEMENT = 0.97;

    /** The allowed loss of accuracy by rounding, in addition to the loss by the autoencoder. */
    private static final double MAX_LOSS_BY_ROUNDING = 0.002;

    private static final double MIN_AGREEMENT_KEPT = 0.997;

    /** The largest steps, as a multiple of the widths. */
    private static final double COARSEST = 3;

    /** The maximum number of refinements; each reduces the steps by a third of a bit. */
    private static final int FINEST = 24;

    /**
     * The codes that the choice is made on.
     *
     * @param shape the shape of a code
     * @param training the codes that ranges and tables are measured on, row by row
     * @param validation the codes that the choice is made by, row by row
     * @param reference the uncompressed path's logits for the validation codes
     * @param labels the labels of the validation codes
     * @param classify maps codes, row by row, to logits
     * @param search the settings of rate-distortion optimised quantisation, null for none
     */
    @RecordBuilder
    public record Codes(
            TensorShape shape,
            float[] training,
            float[] validation,
            float[] reference,
            int[] labels,
            UnaryOperator<float[]> classify,
            @Nullable RdoqSettings search) {
        int classes() {
            return reference.length / labels.length;
        }

        private List<Prediction> toPredictions(float[] logits) {
            return IntStream.range(0, logits.length / classes())
                    .mapToObj(i -> Prediction.ofLogits(logits, i * classes(), classes()))
                    .toList();
        }

        /** Returns the symbols of the validation codes as the compressor sends them. */
        private List<int[]> quantiseValidation(CodeQuantiser coder) {
            List<float[]> rows = splitRows(validation, shape);
            return search == null
                    ? rows.stream().map(coder::quantise).toList()
                    : new PredictionPreservingQuantiser(
                                    coder, some -> toPredictions(classify.apply(concat(some))), search)
                            .search(rows, toPredictions(reference));
        }
    }

    /**
     * Chooses steps after training: the coarsest steps that cost at most 0.4 points of accuracy and keep 97 % of the
     * uncompressed path's classes. If the float code has already lost that much accuracy, no step can recover it, and
     * finer steps would only cost bytes. The coarsest steps are then chosen that cost at most 0.2 points more and keep
     * 99.7 % of the float code's agreement. With rate-distortion optimised quantisation, rounding alone must only be as
     * accurate; it need not agree. A channel that is almost always near its mean is sent as its mean.
     *
     * @param widths the ratio of the steps, to be scaled by one factor for all channels, at most {@value #COARSEST}
     */
    public static QuantiserChoice afterTraining(Codes codes, float[] widths) {
        float[] unrounded = codes.classify().apply(codes.validation());
        double uncompressed = Logits.accuracy(codes.reference(), codes.labels(), codes.classes());
        double reached = Logits.accuracy(unrounded, codes.labels(), codes.classes());
        double allowed = reached >= uncompressed - MAX_LOSS + MAX_LOSS_BY_ROUNDING / 2
                ? uncompressed - MAX_LOSS
                : reached - MAX_LOSS_BY_ROUNDING;
        double agreement = Math.min(
                MIN_AGREEMENT, MIN_AGREEMENT_KEPT * Logits.agreement(unrounded, codes.reference(), codes.classes()));
        Quantiser bytes = byteRange(codes);
        float[] offsets = means(codes);
        Quantiser symbols = quantiserWithSteps(codes, offsets, scale(widths, (float) COARSEST));
        for (int finer = 0; finer <= FINEST; finer++) {
            float scale = (float) (COARSEST * Math.pow(2, -finer / 3.0));
            symbols = quantiserWithSteps(codes, offsets, scale(widths, scale));
            float[] received = reconstruct(codes.validation(), codes.shape(), new Quantisers(bytes, symbols));
            float[] logits = codes.classify().apply(received);
            boolean agrees =
                    codes.search() != null || Logits.agreement(logits, codes.reference(), codes.classes()) >= agreement;
            if (agrees && Logits.accuracy(logits, codes.labels(), codes.classes()) >= allowed) {
                break;
            }
        }
        return of(codes, symbols);
    }

    /** Chooses step 1, for codes that were trained to be rounded to integers. */
    public static QuantiserChoice forIntegers(Codes codes) {
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        float[] offsets = new float[channels];
        float[] steps = new float[channels];
        for (int c = 0; c < channels; c++) {
            offsets[c] = Math.round(codes.training()[c * plane]);
            for (int at = c * plane; at < codes.training().length; at += channels * plane) {
                for (int p = at; p < at + plane; p++) {
                    steps[c] = Math.round(codes.training()[p]) == offsets[c] ? steps[c] : 1;
                }
            }
            offsets[c] = steps[c] == 0 ? offsets[c] : 0;
        }
        return of(codes, Quantiser.of(offsets, steps));
    }

    /** Returns codes as the decoder receives them: quantised and dequantised. */
    public float[] reconstruct(float[] codes, TensorShape shape) {
        return reconstruct(codes, shape, quantisers);
    }

    private static float[] reconstruct(float[] codes, TensorShape shape, Quantisers quantisers) {
        CodeQuantiser bare = CodeQuantiser.of(new CodeFormat(shape, quantisers, null));
        float[] received = new float[codes.length];
        for (int at = 0; at < codes.length; at += shape.values()) {
            float[] code = Arrays.copyOfRange(codes, at, at + shape.values());
            System.arraycopy(bare.dequantise(bare.quantise(code)), 0, received, at, code.length);
        }
        return received;
    }

    /** Evaluates the same quantisers and tables again, after a change of the decoder or the head. */
    public QuantiserChoice evaluate(Codes codes) {
        return evaluate(codes, quantisers, tables);
    }

    private static QuantiserChoice evaluate(Codes codes, Quantisers quantisers, EntropyTables tables) {
        CodeFormat format = new CodeFormat(codes.shape(), quantisers, tables);
        CodeQuantiser coder = CodeQuantiser.of(format);
        SymbolCodec payloads = SymbolCodec.of(format);
        List<int[]> sent = codes.quantiseValidation(coder);
        long bytes = 0;
        long squares = 0;
        for (int[] symbols : sent) {
            long length = payloads.encode(symbols, PayloadMode.ENTROPY).length;
            bytes += length;
            squares += length * length;
        }
        double mean = (double) bytes / codes.labels().length;
        float[] logits = codes.classify()
                .apply(concat(sent.stream().map(coder::dequantise).toList()));
        return new QuantiserChoice(
                quantisers,
                tables,
                Logits.accuracy(logits, codes.labels(), codes.classes()),
                Logits.agreement(logits, codes.reference(), codes.classes()),
                mean,
                Math.sqrt(Math.max(0, (double) squares / codes.labels().length - mean * mean)));
    }

    private static QuantiserChoice of(Codes codes, Quantiser symbols) {
        Quantisers quantisers = new Quantisers(byteRange(codes), symbols);
        CodeQuantiser bare = CodeQuantiser.of(new CodeFormat(codes.shape(), quantisers, null));
        List<int[]> training = new ArrayList<>();
        for (float[] code : splitRows(codes.training(), codes.shape())) {
            training.add(bare.quantise(code));
        }
        EntropyTables tables =
                EntropyTables.train(training, codes.shape(), EntropyTables.Options.DEFAULT.withDead(symbols));
        return evaluate(codes, quantisers, tables);
    }

    /**
     * Returns a quantiser with the wanted steps. A channel is dead, that is, sent as its mean, if fewer than one in a
     * thousand of its symbols would differ from 0.
     */
    private static Quantiser quantiserWithSteps(Codes codes, float[] offsets, float[] wanted) {
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        float[] steps = new float[channels];
        for (int c = 0; c < channels; c++) {
            float step = wanted[c];
            int away = 0;
            for (int at = c * plane; at < codes.training().length; at += channels * plane) {
                for (int p = at; p < at + plane; p++) {
                    away += Math.abs(codes.training()[p] - offsets[c]) > step / 2 ? 1 : 0;
                }
            }
            steps[c] = away * 1000L < (long) codes.training().length / channels ? 0 : step;
        }
        return Quantiser.of(offsets, steps);
    }

    private static float[] scale(float[] ratios, float scale) {
        float[] scaled = new float[ratios.length];
        for (int c = 0; c < ratios.length; c++) {
            scaled[c] = ratios[c] * scale;
        }
        return scaled;
    }

    private static Quantiser byteRange(Codes codes) {
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        float[] low = new float[channels];
        float[] high = new float[channels];
        Arrays.fill(low, Float.MAX_VALUE);
        Arrays.fill(high, -Float.MAX_VALUE);
        for (int i = 0; i < codes.training().length; i++) {
            int c = i / plane % channels;
            low[c] = Math.min(low[c], codes.training()[i]);
            high[c] = Math.max(high[c], codes.training()[i]);
        }
        return Quantiser.bytes(low, high);
    }

    private static float[] means(Codes codes) {
        int plane = codes.shape().plane();
        int channels = codes.shape().channels();
        double[] sums = new double[channels];
        for (int i = 0; i < codes.training().length; i++) {
            sums[i / plane % channels] += codes.training()[i];
        }
        float[] means = new float[channels];
        for (int c = 0; c < channels; c++) {
            means[c] = (float) (sums[c] * channels / codes.training().length);
        }
        return means;
    }

    private static List<float[]> splitRows(float[] values, TensorShape shape) {
        List<float[]> rows = new ArrayList<>();
        for (int at = 0; at < values.length; at += shape.values()) {
            rows.add(Arrays.copyOfRange(values, at, at + shape.values()));
        }
        return rows;
    }

    private static float[] concat(List<float[]> rows) {
        float[] joined = new float[rows.size() * rows.get(0).length];
        int at = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, joined, at, row.length);
            at += row.length;
        }
        return joined;
    }
}
