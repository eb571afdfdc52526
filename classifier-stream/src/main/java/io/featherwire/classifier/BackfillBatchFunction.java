package io.featherwire.classifier;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.batch.BatchFunction;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.schemas.Classification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Classifies features records with further heads. Each payload is decoded once for all heads. The bundle's own head
 * does not run.
 */
final class BackfillBatchFunction implements BatchFunction<DecodedCode, List<Classification>> {
    private final ClassifierBatchFunction classification;
    private final HeadRegistry heads;

    BackfillBatchFunction(ClassifierBatchFunction classification, HeadRegistry heads) {
        this.classification = classification;
        this.heads = heads;
    }

    @Override
    public void admit(SourceRecord source) throws BadRecordException {
        classification.admit(source);
    }

    @Override
    public DecodedCode prepare(SourceRecord source) throws BadRecordException {
        return classification.prepare(source);
    }

    @Override
    public List<List<Classification>> process(List<DecodedCode> batch) {
        Map<PayloadClassifier, List<Integer>> byBundle = new LinkedHashMap<>();
        for (int i = 0; i < batch.size(); i++) {
            byBundle.computeIfAbsent(batch.get(i).classifier(), bundle -> new ArrayList<>())
                    .add(i);
        }
        List<List<Classification>> results = new ArrayList<>(Collections.nCopies(batch.size(), List.of()));
        byBundle.forEach((classifier, indexes) -> {
            var features = classifier.reconstruct(
                    indexes.stream().map(i -> batch.get(i).code()).toList());
            var predictions = heads.predict(classifier.fingerprint().hex(), features);
            var now = Instant.ofEpochMilli(System.currentTimeMillis());
            for (int i = 0; i < indexes.size(); i++) {
                results.set(
                        indexes.get(i),
                        classification.classifyByFurtherHeads(batch.get(indexes.get(i)), predictions, i, now).stream()
                                .map(FurtherHeadPrediction::classification)
                                .toList());
            }
        });
        return results;
    }

    @Override
    public void probe() {
        classification.probe();
    }
}
