package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.classifier.accuracy.FrameKey;
import io.featherwire.classifier.accuracy.FrameLabel;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.record.TimestampCorrection;
import io.featherwire.schemas.Label;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.apache.kafka.common.errors.SerializationException;

/** Parses and validates the records of the topic of labels. No other class decides which of them are valid. */
final class LabelRecords {
    /** The maximum size of a labels record. It is small, since a label that waits for its frame is stored whole. */
    static final DataSize LARGEST = new DataSize(16 << 10);

    private static final RecordLimits LIMITS = new RecordLimits(LARGEST);

    private final AvroSerde<Label> serde;
    private final TimestampCorrection labelledAt;

    private LabelRecords(AvroSerde<Label> serde, TimestampCorrection labelledAt) {
        this.serde = requireNonNull(serde, "serde");
        this.labelledAt = labelledAt;
    }

    /**
     * A parser.
     *
     * @param registry gets a counter of replaced times
     */
    static LabelRecords of(AvroSerde<Label> serde, MeterRegistry registry) {
        return new LabelRecords(serde, new TimestampCorrection("labelledAt", Clock.systemUTC(), registry));
    }

    LedgerInput.Labelled read(SourceRecord source) throws BadRecordException {
        LIMITS.admit(source);
        var sensorId = RecordLimits.sensorId(source);
        Label label;
        try {
            label = serde.decode(RecordLimits.requireValue(source, "no-value"));
        } catch (SerializationException e) {
            throw new BadRecordException(RecordLimits.STAGE, "not-avro", String.valueOf(e.getMessage()), e);
        }
        RecordLimits.checkFrameId(label.getFrameId());
        RecordLimits.checkLabel(label.getLabel());
        if (label.getHead() != null) {
            RecordLimits.checkLabel(label.getHead());
        }
        var at = labelledAt.correct(label.getLabelledAt(), source.timestamp());
        return new LedgerInput.Labelled(
                new FrameKey(sensorId, label.getFrameId()),
                new FrameLabel(label.getLabel(), at.toEpochMilli(), label.getHead()),
                source);
    }
}
