package io.featherwire.producer.outbox;

import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records that declare an outbox's gaps. */
public final class GapRecords {

    private static final AvroSerde<FrameGap> SERDE = AvroSerde.of(FrameGap.class);

    private GapRecords() {}

    /**
     * A record of dropped frames, or of a period of lower quality. No frame of such a period is missing, so its record
     * counts none, and their number is a header: the sum over all records is the number of frames on no other topic.
     *
     * @param gap with the number of frames that are dropped or have a lower quality
     */
    public static ProducerRecord<String, byte[]> of(String topic, String sensorId, FrameGap gap) {
        if (!gap.getReason().startsWith(CoarserLog.REASON)) {
            return new ProducerRecord<>(topic, sensorId, SERDE.encode(gap));
        }
        FrameGap declared = FrameGap.newBuilder(gap).setFrames(0).setBytes(0).build();
        var record = new ProducerRecord<>(topic, sensorId, SERDE.encode(declared));
        record.headers().add(CoarserMark.HEADER, Long.toString(gap.getFrames()).getBytes(StandardCharsets.US_ASCII));
        return record;
    }
}
