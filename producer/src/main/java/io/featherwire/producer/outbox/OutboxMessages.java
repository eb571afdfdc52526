package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Gap;
import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.schemas.MessageBatch;
import io.featherwire.schemas.MessageDeadLetter;
import io.featherwire.schemas.MessageGap;
import io.featherwire.schemas.MessageHeader;
import io.featherwire.schemas.OutboxMessage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Converts a batch of an outbox to one MQTT message. */
final class OutboxMessages {

    private OutboxMessages() {}

    /** @param batching the settings of batches; rows for other topics than {@code from} are dead letters */
    static OutboxMessage toMessage(OutboxBatch batch, long outbox, DeviceClaim claim, FrameBatchSettings batching) {
        List<Row> frames = new ArrayList<>();
        List<MessageDeadLetter> letters = new ArrayList<>();
        for (Row row : batch.rows()) {
            if (row.entry().topic().equals(batching.from())) {
                frames.add(row);
            } else {
                letters.add(toDeadLetter(row));
            }
        }
        long most = batching.isOn() ? batching.most().bytes() : Long.MAX_VALUE;
        List<MessageBatch> batches = FrameBatches.pack(outbox, frames, most).stream()
                .map(packed -> new MessageBatch(packed.sensorId(), ByteBuffer.wrap(packed.value())))
                .toList();
        return new OutboxMessage(
                outbox,
                claim.instance(),
                claim.takeOver() && !claim.claimed(),
                batch.doubt().sequence(),
                batch.doubt().gap(),
                batches,
                letters,
                batch.gaps().stream().map(OutboxMessages::toGap).toList());
    }

    private static MessageDeadLetter toDeadLetter(Row row) {
        OutboxEntry entry = row.entry();
        return new MessageDeadLetter(
                row.number(),
                entry.sensorId(),
                Instant.ofEpochMilli(entry.timestamp()),
                toHeaders(entry.headers()),
                ByteBuffer.wrap(entry.value()));
    }

    private static List<MessageHeader> toHeaders(Headers headers) {
        List<MessageHeader> all = new ArrayList<>();
        for (Header header : headers) {
            byte[] value = header.value();
            all.add(new MessageHeader(header.key(), value == null ? null : ByteBuffer.wrap(value)));
        }
        return all;
    }

    private static MessageGap toGap(Gap gap) {
        return new MessageGap(
                gap.id(),
                gap.sensorId(),
                gap.reason(),
                gap.frames(),
                gap.bytes(),
                gap.firstFrameId(),
                gap.lastFrameId(),
                Instant.ofEpochMilli(gap.firstCapturedAt()),
                Instant.ofEpochMilli(gap.lastCapturedAt()));
    }
}
