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
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures the accuracy of heads and searches on the payloads of every coding, by the same method for every coding. */
final class UtilityEvaluation {

    private static final String STAGE = "codings";

    private final UtilityData data;
    private final UtilityOptions options;
    private final List<String> notes;
    private final UtilityRun run;
    private final Progress progress;
    private final MeasurementJournal kept;
    /** Codecs in the eigenbasis of the unchanged features, for the codings of other methods. */
    private final CodecFamily codecs;
    /** Codecs fitted as in bundles. */
    private final CodecFamily bundles;

    private final HeadFitter heads;
    private final float[] mean;
    private final HeadTrials trials;
    private final List<List<HeadFitter.RowSplit>> fewShotDraws = new ArrayList<>();
    private final int[][] reference;
    private final List<UtilityRow> rows = new ArrayList<>();
    private final List<EqualLossSavings.ImageLosses> imageOutcomes = new ArrayList<>();
    /** Outcomes of heads on float features: first the heads with all images, then the few-shot heads. */
    private final List<HeadOutcomes> floatOutcomes = new ArrayList<>();

    private final long start = System.nanoTime();
    /** Seconds that interrupted runs took up to their last row. */
    private double secondsBefore;
    /** The number of rows of a complete measurement. */
    private int codings;

    private UtilityEvaluation(
            UtilityData data,
            UtilityOptions options,
            List<String> notes,
            UtilityRun run,
            MeasurementJournal kept,
            CodecFamily codecs,
            CodecFamily bundles) {
        this.data = data;
        this.options = options;
        this.notes = notes;
        this.run = run;
        this.progress = run.progress();
        this.kept = kept;
        this.codecs = codecs;
        this.bundles = bundles;
        int classes = data.lists().heads().size();
        this.heads = new HeadFitter(codecs.products(), classes);
        this.mean = data.codec().features().mean();
        this.trials = HeadTrials.of(heads, data, options.folds());
        for (int shots : data.lists().fewShot()) {
            fewShotDraws.add(data.lists().seeds().stream()
                    .map(seed -> HeadFitter.RowSplit.of(data.training().labels(), classes, shots, seed))
                    .toList());
        }
        FloatMatrix test = data.test().features();
        this.reference = RetrievalScores.nearest(codecs.products(), test, test);
    }

    /**
     * Measures all selected codings, or those that an interrupted run has not measured.
     *
     * @param classes images of all classes; null for no head of all classes
     * @param own codings that need the bundle's graphs, among them the bundle's own coding
     * @param notes remarks on the data, for the reader of the report
     */
    static UtilityResult run(
            UtilityData data,
            @Nullable AllClassesData classes,
            UtilityOptions options,
            List<Coding> own,
            List<String> notes,
            UtilityRun run)
            throws IOException, EvaluationException {
        data.check();
        run.progress()
                .note(String.format(
                        Locale.ROOT,
                        "fitting the eigenbasis to %,d features of %,d values",
                        data.codec().features().count(),
                        data.codec().features().length()));
        FloatMatrix features = data.codec().features();
        try (MeasurementJournal rows =
                        MeasurementJournal.open(run.rows(), MeasurementKey.of(data, classes, options, own));
                CodecFamily codecs = CodecFamily.withoutCompanding(features.values(), features.length());
                CodecFamily bundles = fitCodecs(data)) {
            UtilityEvaluation evaluation = new UtilityEvaluation(data, options, notes, run, rows, codecs, bundles);
            evaluation.measureAll(own);
            AllClassesResult labels = classes == null ? null : evaluation.measureAllClasses(classes);
            UtilityResult result = evaluation.createResult(labels, true);
            run.report().write(result);
            rows.delete();
            return result;
        }
    }

    /**
     * Fits codecs as in bundles. If the network has a head, the symbols are Fisher-weighted to respect its prediction.
     */
    private static CodecFamily fitCodecs(UtilityData data) {
        FloatMatrix features = data.codec().features();
        FloatMatrix logits = data.codec().logits();
        Function<FloatMatrix, FloatMatrix> head = data.head();
        return head == null || logits == null || logits.length() < 2
                ? CodecFamily.of(features.values(), features.length())
                : CodecFamily.of(features.values(), features.length(), logits.values(), some -> head.apply(
                                new FloatMatrix(some, features.length()))
                        .values());
    }

    private AllClassesResult measureAllClasses(AllClassesData classes) throws IOException {
        List<AllClassesResult.Row> known = kept.steps().stream()
                .map(MeasurementJournal.Step::label)
                .filter(Objects::nonNull)
                .toList();
        return AllClassesMeasurement.measure(
                bundles,
                classes,
                known,
                row -> kept.add(new MeasurementJournal.Step(null, row, seconds())),
                run.progress());
    }

    /** Creates the result of everything that this run and interrupted runs have measured so far. */
    private UtilityResult createResult(@Nullable AllClassesResult labels, boolean complete) {
        return UtilityResultBuilder.builder()
                .source(data.source())
                .lists(data.lists())
                .codecImages(data.codec().features().count())
                .trainingImages(data.training().features().count())
                .testImages(data.test().features().count())
                .headImages(trials.testedImages())
                .folds(options.folds())
                .featureValues(data.test().features().length())
                .rows(rows)
                .equal(complete ? EqualLossSavings.of(ScalarCodecs.OURS, imageOutcomes) : List.of())
                .notes(notesWithStrengths())
                .seconds(seconds())
                .codings(codings)
                .complete(complete)
                .allClasses(labels)
                .build();
    }

    private List<String> notesWithStrengths() {
        List<String> all = new ArrayList<>(notes);
        if (!floatOutcomes.isEmpty()) {
            StringBuilder strengths = new StringBuilder(
                            "L2 strength of the heads of all codings, chosen on float features: ")
                    .append(floatOutcomes.get(0).strength());
            List<Integer> shots = data.lists().fewShot();
            for (int i = 0; i < shots.size(); i++) {
                strengths.append(String.format(
                        Locale.ROOT,
                        "; %s with %d images per class",
                        floatOutcomes.get(i + 1).strength(),
                        shots.get(i)));
            }
            all.add(strengths + ".");
        }
        return all;
    }

    private double seconds() {
        return secondsBefore + (System.nanoTime() - start) / 1e9;
    }

    /** Measures all codings. Each coding is created only when it is measured. */
    private void measureAll(List<Coding> own) throws IOException {
        List<Supplier<Coding>> wanted = new ArrayList<>();
        wanted.add(FloatFeatures::new);
        own.stream().filter(coding -> options.includes(coding.family())).forEach(coding -> wanted.add(() -> coding));
        wanted.addAll(ScalarCodecs.list(bundles, codecs, options));
        wanted.addAll(BaselineCodings.list(codecs, data.codec().features(), options));
        codings = wanted.size();
        resume();
        for (Supplier<Coding> coding : wanted.subList(rows.size(), codings)) {
            progress.report(STAGE, rows.size(), codings);
            MeasurementJournal.Measured measured = measure(coding.get());
            rows.add(measured.row());
            imageOutcomes.add(measured.outcome());
            kept.add(new MeasurementJournal.Step(measured, null, seconds()));
            progress.note(measured.row().consoleLine());
            run.report().write(createResult(null, false));
        }
        progress.report(STAGE, rows.size(), codings);
    }

    /** Takes the rows of an interrupted run. */
    private void resume() {
        for (MeasurementJournal.Step step : kept.steps()) {
            secondsBefore = step.seconds();
            MeasurementJournal.Measured coding = step.coding();
            if (coding != null) {
                rows.add(coding.row());
                imageOutcomes.add(coding.outcome());
                coding.heads().forEach(heads -> floatOutcomes.add(heads.outcomes()));
            }
        }
        if (!rows.isEmpty()) {
            progress.note(rows.size() + " of " + codings + " codings are measured already, in " + kept.file());
        }
    }

    private MeasurementJournal.Measured measure(Coding coding) throws IOException {
        DecodedFeatures test = coding.encodeAndDecode(data.test());
        DecodedFeatures training = coding.encodeAndDecode(data.training());
        PayloadSizes sizes = new PayloadSizes();
        Arrays.stream(test.bytes()).forEach(sizes::add);
        List<HeadOutcomes> outcomes = new ArrayList<>();
        FloatMatrix turnedTraining = inEigenbasis(training.features());
        FloatMatrix turnedTest = inEigenbasis(test.features());
        boolean floats = floatOutcomes.isEmpty();
        int[] trainingLabels = data.training().labels();
        outcomes.add(trials.run(
                turnedTraining,
                turnedTest,
                floats
                        ? trials.chooseStrength(turnedTraining, turnedTest)
                        : floatOutcomes.get(0).strength()));
        for (List<HeadFitter.RowSplit> few : fewShotDraws) {
            double strength = floats
                    ? heads.chooseStrength(few, turnedTraining, trainingLabels)
                    : floatOutcomes.get(outcomes.size()).strength();
            outcomes.add(heads.evaluate(
                    few, turnedTraining, trainingLabels, turnedTest, data.test().labels(), strength));
        }
        if (floats) {
            floatOutcomes.addAll(outcomes);
        }
        List<HeadScore> scores = new ArrayList<>();
        for (int i = 0; i < outcomes.size(); i++) {
            scores.add(HeadScore.of(outcomes.get(i), floatOutcomes.get(i)));
        }
        FloatMatrix original = data.test().features();
        int[] labels = data.test().labels();
        double[] missing = new double[labels.length];
        RetrievalScores symmetric =
                RetrievalScores.of(codecs.products(), test.features(), test.features(), labels, reference, missing);
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
                .asymmetric(RetrievalScores.of(codecs.products(), original, test.features(), labels, reference))
                .loss(FeatureLoss.of(original, test.features(), mean))
                .own(ownPrediction(test))
                .build();
        return new MeasurementJournal.Measured(
                row,
                EqualLossSavings.ImageLosses.of(coding, sizes.mean(), outcomes.get(0), missing),
                floats ? outcomes.stream().map(MeasurementJournal.Heads::of).toList() : List.of());
    }

    /**
     * Rotates features into the eigenbasis of the codec's images, unless the eigenbasis has fewer dimensions. The
     * fitted head is equivalent, and the fit converges much faster.
     */
    private FloatMatrix inEigenbasis(FloatMatrix features) {
        return codecs.coefficients() == features.length()
                ? new FloatMatrix(codecs.encode(features.values()), features.length())
                : features;
    }

    private @Nullable PredictionAgreement ownPrediction(DecodedFeatures test) {
        FloatMatrix wanted = data.test().logits();
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
