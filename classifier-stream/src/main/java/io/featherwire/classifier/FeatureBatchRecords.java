package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatchException;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;

/** Parses and validates the records of the topic of feature batches. No other class decides which of them are valid. */
final class FeatureBatchRecords {

    /** The frames of one outbox, in the order of their numbers. */
    record Frames(long outbox, List<BatchedFrame> frames) {}

    private final AvroSerde<FeatureBatch> serde;
    private final RecordLimits limits;

    FeatureBatchRecords(AvroSerde<FeatureBatch> serde, RecordLimits limits) {
        this.serde = requireNonNull(serde, "serde");
        this.limits = limits;
    }

    /** Unpacks the frames of a batch. {@link FeatureRecords} validates the frames themselves. */
    Frames read(SourceRecord source) throws BadRecordException {
        limits.admit(source);
        RecordLimits.sensorId(source);
        try {
            FeatureBatch batch = serde.decode(RecordLimits.requireValue(source, "no-value"));
            return new Frames(batch.getOutbox(), FeatureBatches.unpack(batch));
        } catch (SerializationException e) {
            throw new BadRecordException(RecordLimits.STAGE, "not-avro", String.valueOf(e.getMessage()), e);
        } catch (FeatureBatchException e) {
            throw new BadRecordException("split-batch", "malformed", "invalid batch of frames: " + e.getMessage(), e);
        }
    }
}
