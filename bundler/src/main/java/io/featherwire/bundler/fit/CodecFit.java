package io.featherwire.bundler.fit;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.assembly.Companding;
import io.featherwire.bundler.assembly.FeatureLayout;
import io.featherwire.codec.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The codec of a feature, fitted to unlabelled training features. Its step size is chosen on held-back features.
 *
 * @param code the codec
 * @param chosen the size and quality of the codec
 * @param curve the measured points from coarse to fine, including the chosen point
 */
public record CodecFit(FittedCode code, RatePoint chosen, List<RatePoint> curve) {
    /** The coarsest step, in standard deviations of the coefficient with the largest variance. */
    private static final double COARSEST = 4;

    private static final double RATIO = Math.sqrt(2);
    private static final int MAX_POINTS = 18;

    /** The error at which the curve ends; smaller steps are measured only for a target of bytes. */
    private static final double MIN_ERROR = 0.005;

    /**
     * The maximum number of points for a target of bytes. The search also ends at the error EXACT; the payloads are
     * then smaller than the target.
     */
    private static final int MAX_POINTS_TO_TARGET = 30;

    private static final double EXACT = 0.0005;

    private static final int BISECTIONS = 6;

    public CodecFit {
        curve = List.copyOf(curve);
    }

    /**
     * Features for fitting and for evaluation.
     *
     * @param layout the layout of each feature
     * @param training [rows, values]
     * @param heldBack [rows, values], of other images
     * @param head maps features, row by row, to logits
     * @param sensitivity the share of an error's cost that is its effect on the logits, 0 to less than 1
     */
    public record Features(
            FeatureLayout layout, float[] training, float[] heldBack, UnaryOperator<float[]> head, double sensitivity) {
        int trainingRows() {
            return training.length / layout.values();
        }

        int heldBackRows() {
            return heldBack.length / layout.values();
        }
    }

    /** Fits a codec; the listener receives each point when it is measured. */
    public static CodecFit of(Features features, CodecTarget goal, Consumer<RatePoint> listener) {
        try (MatrixProducts products = new MatrixProducts()) {
            return new Search(products, features, goal, listener).search(goal);
        }
    }

    /** Searches from coarse to fine steps, and then narrows the interval around the target. */
    private static final class Search {
        private final MatrixProducts products;
        private final Features features;
        private final Consumer<RatePoint> listener;
        private final CodeFitting fitting;
        private final KarhunenLoeveFit linear;
        private final float[] heldBackCodes;
        private final List<Prediction> wanted;
        private final float[] mean;
        private final double heldBackSpread;
        private final List<Fit> fits = new ArrayList<>();

        /** @param most the size, in bytes, that the mean payload of other images hardly exceeds */
        private record Fit(FittedCode code, RatePoint point, double most) {}

        Search(MatrixProducts products, Features features, CodecTarget goal, Consumer<RatePoint> listener) {
            this.products = products;
            this.features = features;
            this.listener = listener;
            float[] logits = features.head().apply(features.training());
            linear = KarhunenLoeveFit.of(
                    products,
                    features.training(),
                    features.trainingRows(),
                    features.layout(),
                    Companding.of(features.training(), features.layout()),
                    features.sensitivity() > 0 && features.layout().values() <= PrincipalComponents.MAX_WHOLE
                            ? logits
                            : new float[0],
                    features.sensitivity());
            float[] codes = KarhunenLoeveFit.encode(
                    products, linear.code(), features.layout(), features.training(), features.trainingRows());
            fitting = new ScalarFitting(
                    products,
                    linear,
                    features.layout(),
                    codes,
                    features.trainingRows(),
                    goal.bytes() > 0
                            ? ScalarSettings.forBytes(
                                    goal.bytes(), features.layout().values())
                            : ScalarSettings.DEFAULT,
                    logits.length > features.trainingRows()
                            ? LogitRegression.fit(
                                    products,
                                    linear,
                                    features.training(),
                                    codes,
                                    logits,
                                    features.trainingRows(),
                                    features.head())
                            : null);
            heldBackCodes = KarhunenLoeveFit.encode(
                    products, linear.code(), features.layout(), features.heldBack(), features.heldBackRows());
            wanted = predictions(features.head().apply(features.heldBack()));
            mean = KarhunenLoeveFit.mean(
                    features.training(),
                    features.trainingRows(),
                    features.layout().values());
            heldBackSpread = sumOfSquares(features.heldBack(), null);
        }

        CodecFit search(CodecTarget goal) {
            double step = COARSEST * Math.sqrt(Math.max(Double.MIN_NORMAL, linear.variances()[0]));
            boolean further = true;
            for (int i = 1; further; i++, step /= RATIO) {
                Fit fit = measure(step);
                double error = fit.point().error();
                further = i < MAX_POINTS && error >= MIN_ERROR
                        || goal.bytes() > 0
                                && goal.isTooCoarse(fit.point(), fit.most())
                                && i < MAX_POINTS_TO_TARGET
                                && error >= EXACT;
            }
            Fit chosen = selectForTarget(goal);
            List<RatePoint> curve = fits.stream()
                    .map(Fit::point)
                    .sorted(Comparator.comparingDouble(point -> -point.step()))
                    .toList();
            return new CodecFit(chosen.code(), chosen.point(), curve);
        }

        /**
         * Returns, of the points that meet the target, the finest for a byte target and the coarsest for a quality
         * target.
         */
        private Fit selectForTarget(CodecTarget goal) {
            List<Fit> ordered = new ArrayList<>(fits);
            int first = 0;
            while (first < ordered.size()
                    && goal.isTooCoarse(
                            ordered.get(first).point(), ordered.get(first).most())) {
                first++;
            }
            if (first == ordered.size()) {
                return ordered.get(first - 1);
            }
            if (first == 0) {
                return ordered.get(0);
            }
            Fit coarse = ordered.get(first - 1);
            Fit fine = ordered.get(first);
            for (int i = 0; i < BISECTIONS; i++) {
                Fit middle =
                        measure(Math.sqrt(coarse.point().step() * fine.point().step()));
                if (goal.isTooCoarse(middle.point(), middle.most())) {
                    coarse = middle;
                } else {
                    fine = middle;
                }
            }
            return goal.bytes() > 0 ? coarse : fine;
        }

        private Fit measure(double step) {
            FittedCode code = fitting.fit(step);
            int rows = features.heldBackRows();
            DecodedCodes sent = DecodedCodes.of(products, code, features.heldBack(), heldBackCodes, rows);
            float[] decoded =
                    KarhunenLoeveFit.decode(products, code.transform(), features.layout(), sent.codes(), rows);
            List<Prediction> predictions = predictions(features.head().apply(decoded));
            RatePoint point = createPoint(
                    step,
                    code.shape().values()
                            - requireNonNull(code.quantisers().symbols())
                                    .deadChannels()
                                    .size(),
                    sent.mean(),
                    sumOfSquares(features.heldBack(), decoded) / heldBackSpread,
                    predictions);
            Fit fit = new Fit(code, point, sent.meanPlusStandardError());
            fits.add(fit);
            listener.accept(point);
            return fit;
        }

        private RatePoint createPoint(double step, int live, double bytes, double error, List<Prediction> predictions) {
            int kept = 0;
            int near = 0;
            double divergence = 0;
            for (int i = 0; i < predictions.size(); i++) {
                int own = wanted.get(i).classIndex();
                kept += predictions.get(i).classIndex() == own ? 1 : 0;
                near += Arrays.stream(predictions.get(i).top(5)).anyMatch(k -> k == own) ? 1 : 0;
                divergence += divergence(
                        wanted.get(i).probabilities(), predictions.get(i).probabilities());
            }
            double all = predictions.size();
            return RatePointBuilder.builder()
                    .step(step)
                    .coefficients(live)
                    .bytes(bytes)
                    .error(error)
                    .agreement(kept / all)
                    .topFive(near / all)
                    .divergence(divergence / all)
                    .build();
        }

        private static double divergence(float[] p, float[] q) {
            double sum = 0;
            for (int i = 0; i < p.length; i++) {
                sum += p[i] > 0 ? p[i] * Math.log(p[i] / Math.max(1e-12, q[i])) : 0;
            }
            return Math.max(0, sum);
        }

        private List<Prediction> predictions(float[] logits) {
            int rows = features.heldBackRows();
            int classes = logits.length / rows;
            return IntStream.range(0, rows)
                    .mapToObj(i -> Prediction.ofLogits(logits, i * classes, classes))
                    .toList();
        }

        /**
         * Returns the mean squared distance from {@code others}, or from the mean of the training features if that is
         * null.
         */
        private double sumOfSquares(float[] values, float @Nullable [] others) {
            double sum = 0;
            for (int i = 0; i < values.length; i++) {
                double apart = values[i] - (others == null ? mean[i % mean.length] : others[i]);
                sum += apart * apart;
            }
            return sum / features.heldBackRows();
        }
    }
}
