package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Labels record to what the ledger takes in; what is no label goes to the dead letters. */
final class LabelReader extends ContextualProcessor<byte[], byte[], byte[], Object> {
    private final AvroSerde<Label> serde;
    private final BatchMetrics metrics;

    LabelReader(AvroSerde<Label> serde, BatchMetrics metrics) {
        this.serde = serde;
        this.metrics = metrics;
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var from = context().recordMetadata().orElseThrow();
        var source = new SourceRecord(
                record.key(),
                record.value(),
                record.headers(),
                record.timestamp(),
                from.topic(),
                from.partition(),
                from.offset());
        try {
            context().forward(record.withValue(read(source)), ClassifierTopology.ACCURACY);
        } catch (BadRecordException e) {
            metrics.rejected(e.stage(), e.reason());
            long now = context().currentSystemTimeMs();
            context()
                    .forward(
                            DeadLetters.record(source, e.stage(), e.reason(), e, now), ClassifierTopology.DEAD_LETTERS);
        }
    }

    private LedgerInput.Labelled read(SourceRecord source) throws BadRecordException {
        var sensorId = ClassifyFunction.sensorId(source);
        byte[] value = source.value();
        if (value == null) {
            throw new BadRecordException("decode-record", "no-value", "the record has no value", null);
        }
        try {
            var label = serde.decode(value);
            return new LedgerInput.Labelled(
                    new FrameKey(sensorId, label.getFrameId()),
                    new FrameLabel(label.getLabel(), label.getLabelledAt().toEpochMilli()),
                    source);
        } catch (SerializationException e) {
            throw new BadRecordException("decode-record", "not-avro", String.valueOf(e.getMessage()), e);
        }
    }
}
