package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import io.featherwire.schemas.FrameGap;
import io.featherwire.schemas.quality.CoarserMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The records that declare an outbox's gaps. */
final class GapRecords {

    private static final AvroSerde<FrameGap> SERDE = AvroSerde.of(FrameGap.class);

    private GapRecords() {}

    /**
     * Of dropped frames, with their number; or of a period of lower quality, in which none is missing: their number is in a header
     * then, so that the frames of all gaps are still those that are on no other topic.
     */
    static ProducerRecord<String, byte[]> record(String topic, String device, long outbox, Gap gap) {
        boolean coarser = gap.reason().startsWith(CoarserLog.REASON);
        var record = new ProducerRecord<>(
                topic,
                gap.sensorId(),
                SERDE.encode(new FrameGap(
                        device,
                        outbox,
                        gap.id(),
                        gap.reason(),
                        coarser ? 0 : gap.frames(),
                        coarser ? 0 : gap.bytes(),
                        gap.firstFrameId(),
                        gap.lastFrameId(),
                        Instant.ofEpochMilli(gap.firstCapturedAt()),
                        Instant.ofEpochMilli(gap.lastCapturedAt()))));
        if (coarser) {
            record.headers().add(CoarserMark.HEADER, Long.toString(gap.frames()).getBytes(StandardCharsets.US_ASCII));
        }
        return record;
    }
}
