package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.InputPosition;
import io.featherwire.codec.HeadPrediction;
import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Fingerprint;
import io.featherwire.codec.bundle.Head;
import io.featherwire.codec.bundle.HeadKind;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.batch.BatchFunction;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.schemas.ClassProbability;
import io.featherwire.schemas.Classification;
import io.featherwire.schemas.audit.HeadResults;
import io.featherwire.schemas.audit.UncompressedResult;
import io.featherwire.schemas.gate.RepeatMark;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The batch function of the classifier: decodes each payload, then runs decoder and heads once for each bundle in the
 * batch.
 */
final class ClassifierBatchFunction implements BatchFunction<DecodedCode, LedgerInput.Classified> {
    private final BundleRegistry bundleRegistry;
    private final int topK;
    private final FeatureRecords records;
    private final HeadRegistry heads;
    private final Map<PayloadClassifier, CountedHead> ownHeads = new ConcurrentHashMap<>();

    ClassifierBatchFunction(BundleRegistry bundleRegistry, HeadRegistry heads, FeatureRecords records, int topK) {
        this.bundleRegistry = bundleRegistry;
        this.heads = heads;
        this.records = records;
        this.topK = topK;
    }

    @Override
    public void admit(SourceRecord source) throws BadRecordException {
        records.admit(source);
    }

    @Override
    public DecodedCode prepare(SourceRecord source) throws BadRecordException {
        var feature = records.read(source);
        var sensorId = RecordLimits.sensorId(source);
        var fingerprint = Fingerprint.of(feature.getBundle().bytes()).hex();
        var classifier = bundleRegistry
                .find(fingerprint)
                .orElseThrow(() -> new BadRecordException(
                        "find-bundle",
                        "unknown-bundle",
                        "bundle " + fingerprint + " is not loaded, only " + bundleRegistry.fingerprints(),
                        null));
        byte[] payload = toBytes(feature.getPayload());
        if (payload.length == 0 && RepeatMark.repeatedChecksum(source.headers()).isPresent()) {
            throw new BadRecordException(
                    "decode-payload",
                    "unknown-repeat",
                    "the frame repeats a frame that this classifier has not read, or that the device dropped "
                            + "before it was sent",
                    null);
        }
        try {
            return new DecodedCode(
                    source,
                    sensorId,
                    feature,
                    classifier,
                    classifier.decode(payload),
                    ExpectedPayloadSize.of(classifier.bundle().manifest(), payload));
        } catch (PayloadException e) {
            throw new BadRecordException(
                    "decode-payload",
                    e.reason().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    "bundle " + fingerprint + ": " + e.getMessage(),
                    e);
        }
    }

    @Override
    public List<LedgerInput.Classified> process(List<DecodedCode> batch) {
        var results = new LedgerInput.Classified[batch.size()];
        Map<PayloadClassifier, List<Integer>> byBundle = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            byBundle.computeIfAbsent(batch.get(i).classifier(), bundle -> new ArrayList<>())
                    .add(i);
        }
        byBundle.forEach((classifier, indexes) -> {
            var codes = indexes.stream().map(i -> batch.get(i).code()).toList();
            var features = classifier.reconstruct(codes);
            var predictions = classifier.classifyFeatures(features);
            var further = heads.predict(classifier.fingerprint().hex(), features);
            var now = Instant.ofEpochMilli(System.currentTimeMillis());
            for (int i = 0; i < indexes.size(); i++) {
                results[indexes.get(i)] = createResult(
                        batch.get(indexes.get(i)),
                        predictions.get(i),
                        now,
                        classifyByFurtherHeads(batch.get(indexes.get(i)), further, i, now));
            }
        });
        return Arrays.asList(results);
    }

    /** The predictions of the further heads for one feature of a batch. */
    List<FurtherHeadPrediction> classifyByFurtherHeads(
            DecodedCode ready, List<HeadRegistry.BatchPredictions> predictions, int index, Instant now) {
        List<FurtherHeadPrediction> further = new ArrayList<>(predictions.size());
        for (var prediction : predictions) {
            prediction
                    .predictions()
                    .get(index)
                    .ifPresent(predicted -> further.add(new FurtherHeadPrediction(
                            createClassification(
                                    ready, prediction.counted().classes(), predicted, now, prediction.head()),
                            toCounted(ready, prediction.counted(), predicted, now))));
        }
        return further;
    }

    /**
     * The prediction for the ledger; empty unless the classes of the head exclude each other, since only then a label
     * can be compared.
     */
    private static Optional<FurtherHeadPrediction.LedgerPrediction> toCounted(
            DecodedCode ready, CountedHead head, HeadPrediction prediction, Instant now) {
        if (prediction.kind() != HeadKind.CLASSIFICATION) {
            return Optional.empty();
        }
        int best = prediction.best();
        var plain = FramePrediction.of(
                head.fingerprint(), best, prediction.values()[best], payloadBytes(ready), now.toEpochMilli());
        var headers = ready.source().headers();
        var uncompressed = HeadResults.from(headers).of(head.fingerprint());
        return Optional.of(new FurtherHeadPrediction.LedgerPrediction(
                head,
                uncompressed.isPresent()
                                && uncompressed.getAsInt() < head.classes().size()
                        ? UncompressedResult.from(headers)
                                .map(own -> plain.withAudit(uncompressed.getAsInt(), own.imageBytes()))
                                .orElse(plain)
                        : plain));
    }

    private Classification createClassification(
            DecodedCode ready, List<String> classes, HeadPrediction prediction, Instant now, @Nullable Head head) {
        var feature = ready.feature();
        boolean predictsClasses = prediction.predictsClasses();
        int best = prediction.best();
        return new Classification(
                feature.getFrameId(),
                ready.sensorId(),
                predictsClasses ? classes.get(best) : "",
                predictsClasses ? prediction.values()[best] : 0,
                predictsClasses ? topClasses(classes, prediction) : List.of(),
                feature.getBundle(),
                feature.getPayload().remaining(),
                feature.getCapturedAt(),
                Instant.ofEpochMilli(ready.source().timestamp()),
                now,
                head == null ? null : head.manifest().name(),
                head == null
                        ? null
                        : new io.featherwire.schemas.Fingerprint(
                                head.fingerprint().bytes()),
                prediction.kind().text(),
                prediction.kind() == HeadKind.MULTI_LABEL
                        ? prediction.present().stream().map(classes::get).toList()
                        : List.of(),
                predictsClasses ? List.of() : toList(prediction.values()),
                prediction.kind() == HeadKind.REGRESSION ? classes : List.of());
    }

    private List<ClassProbability> topClasses(List<String> classes, HeadPrediction prediction) {
        return Arrays.stream(prediction.top(topK))
                .mapToObj(i -> new ClassProbability(classes.get(i), prediction.values()[i]))
                .toList();
    }

    private static List<Float> toList(float[] values) {
        List<Float> floats = new ArrayList<>(values.length);
        for (float value : values) {
            floats.add(value);
        }
        return floats;
    }

    private LedgerInput.Classified createResult(
            DecodedCode ready, Prediction prediction, Instant now, List<FurtherHeadPrediction> further) {
        var feature = ready.feature();
        var head = ownHeads.computeIfAbsent(ready.classifier(), ClassifierBatchFunction::toCountedHead);
        int payloadBytes = payloadBytes(ready);
        return LedgerInputClassifiedBuilder.builder()
                .classification(createClassification(ready, head.classes(), HeadPrediction.of(prediction), now, null))
                .further(further)
                .frame(new FrameKey(ready.sensorId(), feature.getFrameId()))
                .prediction(toFramePrediction(ready, prediction, payloadBytes, now))
                .from(new InputPosition(ready.source().offset(), ready.source().timestamp()))
                .head(head)
                .expected(ready.expected())
                .build();
    }

    /** The size of the payload that was sent; 0 for a repeat. */
    private static int payloadBytes(DecodedCode ready) {
        return RepeatMark.repeatedChecksum(ready.source().headers()).isPresent()
                ? 0
                : ready.feature().getPayload().remaining();
    }

    private static CountedHead toCountedHead(PayloadClassifier classifier) {
        return CountedHead.ofBundle(
                classifier.fingerprint().hex(), classifier.bundle().manifest().name(), classifier.classes());
    }

    private static FramePrediction toFramePrediction(
            DecodedCode ready, Prediction prediction, int payloadBytes, Instant now) {
        var fingerprint = ready.classifier().fingerprint().hex();
        int classes = ready.classifier().classes().size();
        var plain = FramePrediction.of(
                fingerprint, prediction.classIndex(), prediction.probability(), payloadBytes, now.toEpochMilli());
        return UncompressedResult.from(ready.source().headers())
                .filter(audit -> audit.classIndex() < classes)
                .map(audit -> plain.withAudit(audit.classIndex(), audit.imageBytes()))
                .orElse(plain);
    }

    /** Runs a code of zeros through the decoder and head of every bundle. */
    @Override
    public void probe() {
        for (var classifier : bundleRegistry.all()) {
            int values = classifier.bundle().manifest().codeShape().values();
            classifier.classify(List.of(new float[values]));
        }
    }

    private static byte[] toBytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
