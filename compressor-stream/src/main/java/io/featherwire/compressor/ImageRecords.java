package io.featherwire.compressor;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.runtime.record.TimestampCorrection;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import org.apache.kafka.common.errors.SerializationException;

/** Parses and validates the records of the topic of images. No other class decides which of them are valid. */
final class ImageRecords {

    private final AvroSerde<ImageFrame> serde;
    private final RecordLimits limits;
    private final TimestampCorrection capturedAt;

    private ImageRecords(AvroSerde<ImageFrame> serde, RecordLimits limits, TimestampCorrection capturedAt) {
        this.serde = requireNonNull(serde, "serde");
        this.limits = requireNonNull(limits, "limits");
        this.capturedAt = requireNonNull(capturedAt, "capturedAt");
    }

    /**
     * A parser with the configured limits.
     *
     * @param registry gets a counter of replaced times
     */
    static ImageRecords of(AvroSerde<ImageFrame> serde, CompressorConfig config, MeterRegistry registry) {
        return new ImageRecords(
                serde,
                new RecordLimits(config.stream().get(StreamConfig.MAX_RECORD_SIZE)),
                new TimestampCorrection("capturedAt", Clock.systemUTC(), registry));
    }

    /** Rejects a record that is too large. */
    void admit(SourceRecord source) throws BadRecordException {
        limits.admit(source);
    }

    /** Parses a frame. An implausible time of capture is replaced. */
    ImageFrame read(SourceRecord source) throws BadRecordException {
        limits.admit(source);
        byte[] value = RecordLimits.requireValue(source, "empty");
        if (source.key() == null || source.key().length == 0) {
            throw wrongKeyException();
        }
        String sensorId = RecordLimits.sensorId(source);
        ImageFrame frame = decode(value);
        if (!frame.getSensorId().equals(sensorId)) {
            throw wrongKeyException();
        }
        RecordLimits.checkFrameId(frame.getFrameId());
        Instant captured = capturedAt.correct(frame.getCapturedAt(), source.timestamp());
        return captured.equals(frame.getCapturedAt())
                ? frame
                : ImageFrame.newBuilder(frame).setCapturedAt(captured).build();
    }

    private ImageFrame decode(byte[] value) throws BadRecordException {
        try {
            return serde.decode(value);
        } catch (SerializationException e) {
            throw new BadRecordException(RecordLimits.STAGE, "not-avro", String.valueOf(e.getMessage()), e);
        }
    }

    private static BadRecordException wrongKeyException() {
        return new BadRecordException(
                RecordLimits.STAGE, "key-not-sensor", "the key is not the frame's sensor id", null);
    }
}
