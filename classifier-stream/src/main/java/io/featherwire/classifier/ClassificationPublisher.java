package io.featherwire.classifier;

import io.featherwire.schemas.Classification;
import io.featherwire.schemas.serde.AvroSerde;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Sends each classification on at once, and then to the ledger: whatever the ledger makes of it, it is published. */
final class ClassificationPublisher extends ContextualProcessor<byte[], Object, byte[], Object> {
    private final AvroSerde<Classification> serde;

    ClassificationPublisher(AvroSerde<Classification> serde) {
        this.serde = serde;
    }

    @Override
    public void process(Record<byte[], Object> record) {
        var classified = (LedgerInput.Classified) record.value();
        context()
                .forward(
                        record.withValue(serde.encode(classified.classification())),
                        ClassifierTopology.CLASSIFICATIONS);
        for (var further : classified.further()) {
            context()
                    .forward(
                            record.withValue(serde.encode(further.classification())),
                            ClassifierTopology.CLASSIFICATIONS);
        }
        context().forward(record, ClassifierTopology.COUNT);
    }
}
