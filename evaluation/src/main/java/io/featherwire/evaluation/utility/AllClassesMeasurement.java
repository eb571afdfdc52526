package io.featherwire.evaluation.utility;

import io.featherwire.bundler.Progress;
import io.featherwire.bundler.fit.CodecFamily;
import io.featherwire.bundler.fit.FittedCode;
import io.featherwire.bundler.report.BundleTrial;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.PredictionPreservingQuantiser;
import io.featherwire.codec.payload.CodeQuantiser;
import io.featherwire.codec.payload.SymbolCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Tests a head of all classes, trained on float features, on payloads from 4 bytes up, with and without
 * prediction-preserving RDOQ.
 */
final class AllClassesMeasurement {

    private static final List<Integer> RATES = List.of(4, 8, 16, 32, 64, 128);

    private static final int BATCH = 64;

    private final CodecFamily codecs;
    private final HeadFitter fit;
    private final HeadFitter.LinearHead head;
    private final ImageSubset test;
    private final List<Prediction> wanted;

    private AllClassesMeasurement(CodecFamily codecs, HeadFitter fit, HeadFitter.LinearHead head, ImageSubset test) {
        this.codecs = codecs;
        this.fit = fit;
        this.head = head;
        this.test = test;
        this.wanted = classifyCodes(codecs.encode(test.features().values()));
    }

    /** Receives rows one by one. */
    interface RowReceiver {
        void add(AllClassesResult.Row row) throws IOException;
    }

    /**
     * Trains the head, and measures it at each rate that is not measured yet.
     *
     * @param codecs codecs as in bundles, fitted to the codec's images
     * @param measured the rows of an interrupted run, which are the first rows of the result
     * @param receiver receives each new row
     */
    static AllClassesResult measure(
            CodecFamily codecs,
            AllClassesData data,
            List<AllClassesResult.Row> measured,
            RowReceiver receiver,
            Progress progress)
            throws IOException {
        int classes = data.classes();
        HeadFitter fit = new HeadFitter(codecs.products(), classes);
        FloatMatrix training = data.training().features();
        progress.note(String.format(
                Locale.ROOT, "training a head of %,d classes on %,d float features", classes, training.count()));
        int[] labels = data.training().labels();
        HeadFitter.RowSplit draw = HeadFitter.RowSplit.of(labels, classes, 0, 1);
        double strength = fit.chooseStrength(List.of(draw), training, labels);
        HeadFitter.LinearHead head = fit.fit(training, labels, draw.fit(), strength);
        AllClassesMeasurement trial = new AllClassesMeasurement(codecs, fit, head, data.test());
        List<AllClassesResult.Row> rows = new ArrayList<>(measured);
        for (int rate : RATES.subList(measured.size(), RATES.size())) {
            AllClassesResult.Row row = trial.measureRate(rate);
            rows.add(row);
            receiver.add(row);
            progress.note(row.consoleLine());
        }
        return new AllClassesResult(
                classes, training.count(), data.test().features().count(), trial.accuracy(), trial.entropy(), rows);
    }

    private double accuracy() {
        double right = 0;
        for (int i = 0; i < wanted.size(); i++) {
            right += wanted.get(i).classIndex() == test.labels()[i] ? 1 : 0;
        }
        return right / wanted.size();
    }

    /** The entropy of the head's predictions on float features: the minimum mean bits of a predicted label. */
    private double entropy() {
        int[] counts = new int[wanted.get(0).probabilities().length];
        wanted.forEach(prediction -> counts[prediction.classIndex()]++);
        double bits = 0;
        for (int count : counts) {
            double share = (double) count / wanted.size();
            bits -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
        }
        return bits;
    }

    private AllClassesResult.Row measureRate(int rate) {
        FittedCode code = codecs.forTargetBytes(rate);
        CodeQuantiser quantiser = CodeQuantiser.of(code.format());
        int all = codecs.coefficients();
        int count = code.shape().values();
        float[] whole = codecs.encode(test.features().values());
        List<float[]> codes = new ArrayList<>();
        for (int row = 0; row < wanted.size(); row++) {
            codes.add(Arrays.copyOfRange(whole, row * all, row * all + count));
        }
        List<int[]> chosen = codes.stream().map(quantiser::quantise).toList();
        var search =
                new PredictionPreservingQuantiser(quantiser, some -> classifyDecoded(code, some), BundleTrial.SEARCH);
        List<int[]> kept = new ArrayList<>();
        for (int from = 0; from < codes.size(); from += BATCH) {
            int to = Math.min(codes.size(), from + BATCH);
            kept.addAll(search.search(codes.subList(from, to), wanted.subList(from, to)));
        }
        return new AllClassesResult.Row(
                rate, evaluatePayloads(code, codes, chosen), evaluatePayloads(code, codes, kept));
    }

    private AllClassesResult.PayloadResult evaluatePayloads(FittedCode code, List<float[]> codes, List<int[]> symbols) {
        SymbolCodec payloads = SymbolCodec.of(code.format());
        CodeQuantiser quantiser = CodeQuantiser.of(code.format());
        double bytes = 0;
        for (int i = 0; i < symbols.size(); i++) {
            bytes += payloads.encode(codes.get(i), symbols.get(i), code.mode()).length;
        }
        List<Prediction> predictions = new ArrayList<>();
        for (int from = 0; from < symbols.size(); from += BATCH) {
            predictions.addAll(classifyDecoded(
                    code,
                    symbols.subList(from, Math.min(symbols.size(), from + BATCH)).stream()
                            .map(quantiser::dequantise)
                            .toList()));
        }
        double[] apart = new double[symbols.size()];
        double same = 0;
        for (int i = 0; i < apart.length; i++) {
            int own = test.labels()[i];
            apart[i] = (predictions.get(i).classIndex() == own ? 1.0 : 0)
                    - (wanted.get(i).classIndex() == own ? 1 : 0);
            same += predictions.get(i).classIndex() == wanted.get(i).classIndex() ? 1 : 0;
        }
        return new AllClassesResult.PayloadResult(
                bytes / apart.length, PairedDifference.of(apart), same / apart.length);
    }

    private List<Prediction> classifyDecoded(FittedCode code, List<float[]> codes) {
        int count = code.shape().values();
        float[] flat = new float[codes.size() * count];
        for (int i = 0; i < codes.size(); i++) {
            System.arraycopy(codes.get(i), 0, flat, i * count, count);
        }
        return classifyFeatures(codecs.decode(code, flat));
    }

    private List<Prediction> classifyCodes(float[] codes) {
        return classifyFeatures(codecs.decode(codes));
    }

    private List<Prediction> classifyFeatures(float[] features) {
        float[] scores =
                fit.scores(head, new FloatMatrix(features, test.features().length()));
        int classes = head.bias().length;
        List<Prediction> predictions = new ArrayList<>();
        for (int at = 0; at < scores.length; at += classes) {
            predictions.add(Prediction.ofLogits(scores, at, classes));
        }
        return predictions;
    }
}
