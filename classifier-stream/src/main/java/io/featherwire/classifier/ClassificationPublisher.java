package io.featherwire.classifier;

import io.featherwire.schemas.Classification;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards the classifications of a frame: first that of the bundle's own head, then those of further heads. */
final class ClassificationPublisher
        extends ContextualProcessor<byte[], LedgerInput.Classified, byte[], Classification> {
    @Override
    public void process(Record<byte[], LedgerInput.Classified> record) {
        context().forward(record.withValue(record.value().classification()));
        for (var further : record.value().further()) {
            context().forward(record.withValue(further.classification()));
        }
    }
}
