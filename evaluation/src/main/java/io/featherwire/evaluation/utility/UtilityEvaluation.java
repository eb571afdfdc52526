package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.evaluation.EvaluationException;
import io.featherwire.evaluation.statistics.PayloadSizes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures the accuracy of heads and searches on the payloads of every coding, by the same method for every coding. */
final class UtilityEvaluation {

    private static final String STAGE = "codings";

    private final UtilityData data;
    private final UtilityOptions options;
    private final Progress progress;
    /** Codecs in the eigenbasis of the unchanged features, for the codings of other methods. */
    private final CodecFamily codecs;
    /** Codecs fitted as in bundles. */
    private final CodecFamily bundles;

    private final HeadFit heads;
    private final float[] mean;
    private final HeadTrials trials;
    private final List<List<HeadFit.Draw>> fewShotDraws = new ArrayList<>();
    private final int[][] reference;
    private final List<UtilityRow> rows = new ArrayList<>();
    private final List<EqualLoss.Outcome> imageOutcomes = new ArrayList<>();
    /** Outcomes of heads on float features: first the heads with all images, then the few-shot heads. */
    private final List<HeadOutcomes> floatOutcomes = new ArrayList<>();

    private UtilityEvaluation(
            UtilityData data, UtilityOptions options, Progress progress, CodecFamily codecs, CodecFamily bundles) {
        this.data = data;
        this.options = options;
        this.progress = progress;
        this.codecs = codecs;
        this.bundles = bundles;
        int classes = data.lists().heads().size();
        this.heads = new HeadFit(codecs.products(), classes);
        this.mean = data.codec().features().mean();
        this.trials = HeadTrials.of(heads, data, options.folds());
        for (int shots : data.lists().fewShot()) {
            fewShotDraws.add(data.lists().seeds().stream()
                    .map(seed -> HeadFit.Draw.of(data.training().labels(), classes, shots, seed))
                    .toList());
        }
        Rows test = data.test().features();
        this.reference = Retrieval.nearest(codecs.products(), test, test);
    }

    /**
     * Measures all selected codings.
     *
     * @param classes images of all classes; null for no head of all classes
     * @param own codings that need the bundle's graphs, among them the bundle's own coding
     * @param notes remarks on the data, for the reader of the report
     */
    static UtilityResult run(
            UtilityData data,
            @Nullable AllClasses classes,
            UtilityOptions options,
            List<Coding> own,
            List<String> notes,
            Progress progress)
            throws IOException, EvaluationException {
        long start = System.nanoTime();
        check(data);
        progress.note(String.format(
                Locale.ROOT,
                "fitting the eigenbasis to %,d features of %,d values",
                data.codec().features().count(),
                data.codec().features().length()));
        Rows features = data.codec().features();
        try (CodecFamily codecs = CodecFamily.withoutCompanding(features.values(), features.length());
                CodecFamily bundles = bundles(data)) {
            UtilityEvaluation evaluation = new UtilityEvaluation(data, options, progress, codecs, bundles);
            evaluation.all(own);
            var allClasses = classes == null ? null : LabelHead.measure(bundles, classes, progress);
            return UtilityResultBuilder.builder()
                    .source(data.source())
                    .lists(data.lists())
                    .codecImages(data.codec().features().count())
                    .trainingImages(data.training().features().count())
                    .testImages(data.test().features().count())
                    .headImages(evaluation.trials.tested())
                    .folds(options.folds())
                    .featureValues(data.test().features().length())
                    .rows(evaluation.rows)
                    .equal(EqualLoss.of(ScalarCodecs.OURS, evaluation.imageOutcomes))
                    .notes(notes)
                    .seconds((System.nanoTime() - start) / 1e9)
                    .allClasses(allClasses)
                    .build();
        }
    }

    /**
     * Fits codecs as in bundles. If the network has a head, the symbols are Fisher-weighted to respect its prediction.
     */
    private static CodecFamily bundles(UtilityData data) {
        Rows features = data.codec().features();
        Rows logits = data.codec().logits();
        Function<Rows, Rows> head = data.head();
        return head == null || logits == null || logits.length() < 2
                ? CodecFamily.of(features.values(), features.length())
                : CodecFamily.of(features.values(), features.length(), logits.values(), some -> head.apply(
                                new Rows(some, features.length()))
                        .values());
    }

    /** Measures given features. */
    static UtilityResult run(UtilityData data, UtilityOptions options, Progress progress)
            throws IOException, EvaluationException {
        return run(data, null, options, progress);
    }

    /** Measures given features and, unless {@code classes} is null, a head of all classes. */
    static UtilityResult run(UtilityData data, @Nullable AllClasses classes, UtilityOptions options, Progress progress)
            throws IOException, EvaluationException {
        return run(
                data,
                classes,
                options,
                List.of(),
                List.of("Features were given: no own prediction, no thumbnails."),
                progress);
    }

    private static void check(UtilityData data) throws EvaluationException {
        int classes = data.lists().heads().size();
        if (data.codec().features().count() < 50) {
            throw new EvaluationException(
                    "Cannot fit codecs to " + data.codec().features().count()
                            + " features: at least 50 are needed. Give more images of the codec's classes.");
        }
        for (ImageSubset part : List.of(data.training(), data.test())) {
            int[] counts = new int[classes];
            Arrays.stream(part.labels()).forEach(label -> counts[label]++);
            for (int k = 0; k < classes; k++) {
                if (counts[k] < 2) {
                    throw new EvaluationException(
                            "The class " + data.lists().heads().get(k) + " has " + counts[k]
                                    + " images in train or test: heads need at least 2 in each.");
                }
            }
        }
    }

    /** Measures all codings. Each coding is created only when it is measured. */
    private void all(List<Coding> own) throws IOException {
        List<Supplier<Coding>> codings = new ArrayList<>();
        codings.add(FloatFeatures::new);
        own.stream().filter(coding -> options.wants(coding.family())).forEach(coding -> codings.add(() -> coding));
        codings.addAll(ScalarCodecs.of(bundles, codecs, options));
        codings.addAll(BaselineCodings.of(codecs, data.codec().features(), options));
        for (Supplier<Coding> coding : codings) {
            progress.at(STAGE, rows.size(), codings.size());
            measure(coding.get());
        }
        progress.at(STAGE, rows.size(), codings.size());
    }

    private void measure(Coding coding) throws IOException {
        DecodedFeatures test = coding.code(data.test());
        DecodedFeatures training = coding.code(data.training());
        PayloadSizes sizes = new PayloadSizes();
        Arrays.stream(test.bytes()).forEach(sizes::add);
        List<HeadOutcomes> outcomes = new ArrayList<>();
        Rows turnedTraining = turned(training.features());
        Rows turnedTest = turned(test.features());
        outcomes.add(trials.outcomes(turnedTraining, turnedTest));
        for (List<HeadFit.Draw> few : fewShotDraws) {
            outcomes.add(heads.outcomes(
                    few,
                    turnedTraining,
                    data.training().labels(),
                    turnedTest,
                    data.test().labels()));
        }
        if (floatOutcomes.isEmpty()) {
            floatOutcomes.addAll(outcomes);
        }
        List<HeadScore> scores = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            scores.add(HeadScore.of(outcomes.get(i), floatOutcomes.get(i)));
        }
        Rows original = data.test().features();
        int[] labels = data.test().labels();
        double[] missing = new double[labels.length];
        Retrieval symmetric =
                Retrieval.of(codecs.products(), test.features(), test.features(), labels, reference, missing);
        imageOutcomes.add(EqualLoss.Outcome.of(coding, sizes.mean(), outcomes.get(0), missing));
        UtilityRow row = UtilityRowBuilder.builder()
                .family(coding.family())
                .name(coding.name())
                .bytes(sizes.mean())
                .mostBytes(sizes.quantile(0.99))
                .encodeMicros(test.encodeMicros())
                .decodeMicros(test.decodeMicros())
                .sharedBytes(coding.sharedBytes())
                .heads(scores.get(0))
                .fewShot(scores.subList(1, scores.size()))
                .symmetric(symmetric)
                .asymmetric(Retrieval.of(codecs.products(), original, test.features(), labels, reference))
                .loss(FeatureLoss.of(original, test.features(), mean))
                .own(own(test))
                .build();
        rows.add(row);
        progress.note(row.line());
    }

    /**
     * Rotates features into the eigenbasis of the codec's images, unless the eigenbasis has fewer dimensions. The
     * fitted head is equivalent, and the fit converges much faster.
     */
    private Rows turned(Rows features) {
        return codecs.coefficients() == features.length()
                ? new Rows(codecs.encode(features.values()), features.length())
                : features;
    }

    private @Nullable PredictionAgreement own(DecodedFeatures test) {
        Rows wanted = data.test().logits();
        if (wanted == null) {
            return null;
        }
        if (test.logits() != null) {
            return PredictionAgreement.of(wanted, test.logits());
        }
        return data.head() == null
                ? null
                : PredictionAgreement.of(wanted, requireNonNull(data.head()).apply(test.features()));
    }
}
