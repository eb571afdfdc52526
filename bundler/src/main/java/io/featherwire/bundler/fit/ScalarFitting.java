package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.bundler.assembly.LinearCode;
import io.featherwire.bundler.assembly.LinearLogits;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.payload.CodeFormat;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.EntropyTables;
import io.featherwire.codec.payload.FisherWeight;
import io.featherwire.codec.payload.PayloadMode;
import io.featherwire.codec.payload.Quantiser;
import io.featherwire.codec.payload.Quantisers;
import io.featherwire.codec.payload.RateDistortionFit;
import io.featherwire.codec.payload.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fits uniform quantisers, with symbols by rate-distortion optimised quantisation or by rounding, and a frequency table
 * for each coefficient. Coefficients are orthonormal: with the same step for all, an error of a symbol costs the
 * feature the same in each coefficient (Huang and Schultheiss 1963). An emphasis makes the steps of large coefficients
 * smaller.
 */
final class ScalarFitting implements CodeFitting {
    /** A coefficient is not sent if fewer than one in this number of its symbols differs from 0. */
    private static final int SELDOM = 1000;

    /**
     * Values closer to 0 than this, in steps, almost never get a symbol other than 0: the bits of another symbol
     * outweigh the reduced error.
     */
    private static final double ZERO = 0.75;

    /**
     * The largest number of considered classes with which rounded logits are considered each by itself, if they are a
     * function of the feature; this was not measured for functions of the code. Payloads with more classes are smaller;
     * there it costs more neighbours than it preserves predictions (docs/research/features.md).
     */
    private static final int MAX_ROUNDED_CLASSES = 4;

    private static final int MIN_ROUNDED_CLASSES = 3;

    /** Rounded logits need smaller errors than others, so that more coefficients are considered. */
    private static final double MORE_COEFFICIENTS = 1.35;

    private static final int MAX_ROUNDED_COEFFICIENTS = 896;

    /** The number of values whose symbols may change for rounded logits. Later symbols are rarely changed. */
    private static final int MOVABLE = 400;

    private static final PayloadMode MODE = PayloadMode.ENTROPY;

    /** The number of features with which the decoder's gain is chosen. */
    private static final int GAIN_ROWS = 300;

    private final MatrixProducts products;
    private final KarhunenLoeveFit linear;
    private final FeatureLayout layout;
    private final float[] codes;
    private final int rows;
    private final ScalarSettings settings;
    private final @Nullable LinearLogits linearLogits;

    /**
     * @param linearLogits the approximation of the network's logits, null if the choice of symbols does not consider
     *      the prediction
     * @param codes [rows, k], the codes of the training features
     */
    ScalarFitting(
            MatrixProducts products,
            KarhunenLoeveFit linear,
            FeatureLayout layout,
            float[] codes,
            int rows,
            ScalarSettings settings,
            @Nullable LinearLogits linearLogits) {
        this.products = products;
        this.linear = linear;
        this.layout = layout;
        this.codes = codes;
        this.rows = rows;
        this.settings = settings;
        this.linearLogits = linearLogits;
    }

    @Override
    public FittedCode fit(double step) {
        int all = codes.length / rows;
        float[] steps = new float[all];
        int last = 0;
        for (int k = 0; k < all; k++) {
            double own = step * relativeStep(k);
            int away = 0;
            for (int row = 0; row < rows; row++) {
                away += Math.abs(codes[row * all + k]) > ZERO * own ? 1 : 0;
            }
            steps[k] = (long) away * SELDOM < rows ? 0 : (float) own;
            last = steps[k] > 0 ? k : last;
        }
        int count = last + 1;
        TensorShape shape = new TensorShape(count, 1, 1);
        Quantiser symbols = Quantiser.of(new float[count], Arrays.copyOf(steps, count));
        List<float[]> training = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            training.add(Arrays.copyOfRange(codes, row * all, row * all + count));
        }
        EntropyTables.Options options = EntropyTables.Options.DEFAULT.withContexts(false);
        LinearCode transform = linear.code().withFirstCoefficients(count, layout);
        Quantiser bytes = byteQuantiser(count, all);
        if (settings.lambda() == 0) {
            Quantisers rounding = new Quantisers(bytes, symbols);
            return new FittedCode(
                    transform, shape, rounding, trainTablesOnRounded(training, shape, rounding, options), MODE, null);
        }
        RateDistortionFit.Fitted fitted = RateDistortionFit.fit(training, shape, symbols, settings.lambda(), options);
        Quantisers quantisers = new Quantisers(bytes, fitted.symbols(), settings.lambda());
        CodeQuantiser quantiser = CodeQuantiser.of(new CodeFormat(shape, quantisers, fitted.tables()));
        DecodedSample sample = decodeSample(quantiser, training);
        float gain = DecoderGain.compute(
                products, transform, linear.code(), layout, sample.arriving(), sample.exact(), sample.rows());
        LinearLogits considered =
                linearLogits == null ? null : consider(linearLogits, transform.withGain(gain), sample);
        if (considered != null) {
            quantisers = quantisers.withFisher(new FisherWeight(
                    Bundle.FISHER,
                    settings.fisherWeight(),
                    considered.ofFeatures() ? considered.consideredCoefficients(count) : null,
                    considered.rounded() ? MOVABLE : null));
        }
        return new FittedCode(transform.withGain(gain), shape, quantisers, fitted.tables(), MODE, considered);
    }

    private LinearLogits consider(LinearLogits logits, LinearCode transform, DecodedSample sample) {
        if (!logits.rounded() || !logits.ofFeatures() || settings.classes() > MAX_ROUNDED_CLASSES) {
            return logits.withRounded(false)
                    .withConsidered(new LinearLogits.Considered(settings.classes(), settings.coefficients(), 0));
        }
        // Differences of logits need one row fewer than there are classes (FisherGraph)
        int classes = Math.max(MIN_ROUNDED_CLASSES, settings.classes() - 1);
        int coefficients =
                (int) Math.min(MAX_ROUNDED_COEFFICIENTS, Math.round(MORE_COEFFICIENTS * settings.coefficients()));
        return logits.withConsidered(
                new LinearLogits.Considered(classes, coefficients, squaredError(transform, sample)));
    }

    /**
     * Codes of a sample of the training images.
     *
     * @param arriving [rows, count], as the decoder side reconstructs them
     * @param exact [rows, count or more], before quantisation
     */
    private record DecodedSample(float[] arriving, float[] exact, int rows) {}

    /** Returns the mean squared error of the companded values. */
    private float squaredError(LinearCode transform, DecodedSample sample) {
        float[] decoded =
                KarhunenLoeveFit.decode(products, transform.linearPart(), layout, sample.arriving(), sample.rows());
        float[] exact =
                KarhunenLoeveFit.decode(products, linear.code().linearPart(), layout, sample.exact(), sample.rows());
        double sum = 0;
        for (int i = 0; i < exact.length; i++) {
            sum += (decoded[i] - exact[i]) * (decoded[i] - exact[i]);
        }
        return (float) (sum / exact.length);
    }

    private DecodedSample decodeSample(CodeQuantiser quantiser, List<float[]> training) {
        int few = Math.min(GAIN_ROWS, rows);
        int all = codes.length / rows;
        int count = quantiser.format().shape().values();
        float[] arriving = new float[few * count];
        float[] exact = new float[few * all];
        for (int i = 0; i < few; i++) {
            int row = (int) ((long) i * rows / few);
            float[] decoded = quantiser.dequantise(quantiser.quantise(training.get(row)));
            System.arraycopy(decoded, 0, arriving, i * count, count);
            System.arraycopy(codes, row * all, exact, i * all, all);
        }
        return new DecodedSample(arriving, exact, few);
    }

    /** Returns the step of a coefficient divided by the step of a coefficient with average variance. */
    private double relativeStep(int coefficient) {
        double[] variances = linear.variances();
        double mean = Arrays.stream(variances).average().orElse(1);
        double share = Math.max(1e-6, variances[coefficient] / Math.max(Double.MIN_NORMAL, mean));
        return Math.pow(share, -settings.emphasis() / 2);
    }

    private static EntropyTables trainTablesOnRounded(
            List<float[]> training, TensorShape shape, Quantisers quantisers, EntropyTables.Options options) {
        CodeQuantiser rounding = CodeQuantiser.of(new CodeFormat(shape, quantisers, null));
        List<int[]> symbols = training.stream().map(rounding::quantise).toList();
        return EntropyTables.train(symbols, shape, options.withDead(requireNonNull(quantisers.symbols())));
    }

    private Quantiser byteQuantiser(int count, int all) {
        float[] low = new float[count];
        float[] high = new float[count];
        for (int row = 0; row < rows; row++) {
            for (int k = 0; k < count; k++) {
                low[k] = Math.min(low[k], codes[row * all + k]);
                high[k] = Math.max(high[k], codes[row * all + k]);
            }
        }
        return Quantiser.bytes(low, high);
    }
}
