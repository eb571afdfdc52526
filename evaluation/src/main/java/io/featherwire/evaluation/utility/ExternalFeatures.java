package io.featherwire.evaluation.utility;

import io.featherwire.bundler.head.HeadData;
import io.featherwire.bundler.head.LabelledFeatures;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.evaluation.EvaluationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Measures labelled features that were not computed here, such as decoded payloads of a topic. Every fifth feature of a
 * class is a test image.
 */
public final class ExternalFeatures {

    private static final int TEST_EVERY = 5;

    private ExternalFeatures() {}

    /**
     * Measures Featherwire's codecs and the codings of other methods on features.
     *
     * @param shape shape of a feature; the positions of a map are averaged
     * @param lists class lists; null for the built-in lists of a known data set, or for the first 60 % of the classes
     *     by name for the codec
     */
    public static UtilityResult measure(
            HeadData given, TensorShape shape, @Nullable ClassSplit lists, UtilityOptions options, UtilityRun run)
            throws IOException, EvaluationException {
        LabelledFeatures features = given.labelled();
        ClassSplit used = lists == null ? ClassSplit.of(given.source(), new TreeSet<>(features.classes())) : lists;
        int most = options.most() == 0 ? Integer.MAX_VALUE : options.most();
        int training = Math.min(most, used.trainingImages());
        int testing = Math.min(most, used.testImages());
        FloatMatrix rows = poolAll(features, Pooling.of(shape));
        UtilityData data = new UtilityData(
                given.source(),
                used,
                selectImages(rows, features, used.codec(), row -> true, training),
                selectImages(rows, features, used.heads(), row -> !isTest(row), training),
                selectImages(rows, features, used.heads(), ExternalFeatures::isTest, testing),
                null);
        List<String> notes = new ArrayList<>();
        if (given.payloadBytes() > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "The features are decoded payloads of %.1f bytes: \"float\" is the decoded feature, not the network's own feature.",
                    given.payloadBytes()));
        }
        notes.add(
                "Every fifth frame of the heads' classes is a test image. The network's own prediction and thumbnails are not measured.");
        given.leftOut().forEach((why, count) -> notes.add(String.format(Locale.ROOT, "Left out: %,d %s.", count, why)));
        return UtilityEvaluation.run(data, null, options, List.of(), notes, run);
    }

    /** Whether the n-th frame of a class is a test image. */
    private static boolean isTest(int n) {
        return n % TEST_EVERY == TEST_EVERY - 1;
    }

    private static FloatMatrix poolAll(LabelledFeatures features, Pooling pooling) {
        if (!pooling.isMap()) {
            return new FloatMatrix(features.values(), features.length());
        }
        float[] pooled = new float[features.rows() * pooling.channels()];
        for (int row = 0; row < features.rows(); row++) {
            System.arraycopy(
                    pooling.pool(features.values(), row * features.length()),
                    0,
                    pooled,
                    row * pooling.channels(),
                    pooling.channels());
        }
        return new FloatMatrix(pooled, pooling.channels());
    }

    private static ImageSubset selectImages(
            FloatMatrix rows, LabelledFeatures features, List<String> wanted, IntPredicate chosen, int max) {
        List<Integer> indices = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (String name : wanted) {
            int label = features.classes().indexOf(name);
            int seen = 0;
            int taken = 0;
            for (int row = 0; row < features.rows() && taken < max; row++) {
                if (features.labels()[row] == label && chosen.test(seen++)) {
                    indices.add(row);
                    labels.add(wanted.indexOf(name));
                    taken++;
                }
            }
        }
        return ImageSubset.of(
                rows.select(indices.stream().mapToInt(Integer::intValue).toArray()),
                labels.stream().mapToInt(Integer::intValue).toArray());
    }
}
