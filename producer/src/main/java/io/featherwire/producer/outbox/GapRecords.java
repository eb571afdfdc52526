package io.featherwire.producer.outbox;

import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Creates the records that declare an outbox's gaps. */
public final class GapRecords {

    private static final AvroSerde<FrameGap> SERDE = AvroSerde.of(FrameGap.class);

    private GapRecords() {}

    /**
     * The record of dropped frames, or of a period of lower quality. No frame is missing in a period of lower quality,
     * so its record counts 0 frames, and a header holds their number. The sum of the counts of all records is therefore
     * the number of missing frames.
     *
     * @param gap the gap, which counts the frames that were dropped or have a lower quality
     */
    public static ProducerRecord<String, byte[]> toRecord(String topic, String sensorId, FrameGap gap) {
        if (!gap.getReason().startsWith(CoarserLog.REASON)) {
            return new ProducerRecord<>(topic, sensorId, SERDE.encode(gap));
        }
        FrameGap declared = FrameGap.newBuilder(gap).setFrames(0).setBytes(0).build();
        var record = new ProducerRecord<>(topic, sensorId, SERDE.encode(declared));
        record.headers().add(CoarserMark.HEADER, Long.toString(gap.getFrames()).getBytes(StandardCharsets.US_ASCII));
        return record;
    }
}
