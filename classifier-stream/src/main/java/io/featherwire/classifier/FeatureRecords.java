package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.record.TimestampCorrection;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.apache.kafka.common.errors.SerializationException;

/** Parses and validates the records of the topic of features. No other class decides which of them are valid. */
final class FeatureRecords {
    private final AvroSerde<CompactFeature> serde;
    private final RecordLimits limits;
    private final TimestampCorrection capturedAt;

    private FeatureRecords(AvroSerde<CompactFeature> serde, RecordLimits limits, TimestampCorrection capturedAt) {
        this.serde = requireNonNull(serde, "serde");
        this.limits = limits;
        this.capturedAt = capturedAt;
    }

    /**
     * A parser with the configured limits.
     *
     * @param registry gets a counter of replaced times
     */
    static FeatureRecords of(AvroSerde<CompactFeature> serde, ClassifierConfig config, MeterRegistry registry) {
        return new FeatureRecords(
                serde,
                new RecordLimits(config.stream().get(StreamConfig.MAX_RECORD_SIZE)),
                new TimestampCorrection("capturedAt", Clock.systemUTC(), registry));
    }

    /** Rejects a record that is too large. */
    void admit(SourceRecord source) throws BadRecordException {
        limits.admit(source);
    }

    /**
     * Parses a features record. An implausible time of capture is replaced. {@link RecordLimits#sensorId} returns the
     * sensor id.
     */
    CompactFeature read(SourceRecord source) throws BadRecordException {
        limits.admit(source);
        RecordLimits.sensorId(source);
        CompactFeature feature;
        try {
            feature = serde.decode(RecordLimits.requireValue(source, "no-value"));
        } catch (SerializationException e) {
            throw new BadRecordException(RecordLimits.STAGE, "not-avro", String.valueOf(e.getMessage()), e);
        }
        RecordLimits.checkFrameId(feature.getFrameId());
        var captured = capturedAt.correct(feature.getCapturedAt(), source.timestamp());
        return captured.equals(feature.getCapturedAt())
                ? feature
                : CompactFeature.newBuilder(feature).setCapturedAt(captured).build();
    }
}
