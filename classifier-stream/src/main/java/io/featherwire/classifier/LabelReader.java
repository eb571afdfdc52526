package io.featherwire.classifier;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.SourceRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Parses labels for the ledger; invalid labels go to the dead letters. */
final class LabelReader extends ContextualProcessor<byte[], byte[], byte[], LedgerInput.Labelled> {
    private final LabelRecords records;
    private final DeadLetterSender deadLetters;
    private final LabelPartitionCheck placement;

    LabelReader(LabelRecords records, DeadLetterSender deadLetters, LabelPartitionCheck placement) {
        this.records = records;
        this.deadLetters = deadLetters;
        this.placement = placement;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var from = context().recordMetadata().orElseThrow();
        var source = SourceRecord.of(record, from);
        try {
            var label = records.read(source);
            placement.check(record.key(), source.topic(), source.partition());
            context().forward(record.withValue(label), ClassifierTopology.COUNT);
        } catch (BadRecordException e) {
            deadLetters.send(context(), source, e);
        }
    }
}
