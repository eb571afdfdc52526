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

/** Puts what an outbox sends at once into a message. */
final class OutboxMessages {

    private OutboxMessages() {}

    /** @param batching {@code from} is the topic of features; all that goes elsewhere is a dead letter */
    static OutboxMessage of(OutboxBatch batch, long outbox, DeviceClaim claim, FrameBatchSettings batching) {
        List<Row> frames = new ArrayList<>();
        List<MessageDeadLetter> letters = new ArrayList<>();
        for (Row row : batch.rows()) {
            if (row.entry().topic().equals(batching.from())) {
                frames.add(row);
            } else {
                letters.add(letter(row));
            }
        }
        long most = batching.isOn() ? batching.most().bytes() : Long.MAX_VALUE;
        List<MessageBatch> batches = FrameBatches.of(outbox, frames, most).stream()
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
                batch.gaps().stream().map(OutboxMessages::gap).toList());
    }

    private static MessageDeadLetter letter(Row row) {
        OutboxEntry entry = row.entry();
        return new MessageDeadLetter(
                row.number(),
                entry.sensorId(),
                Instant.ofEpochMilli(entry.timestamp()),
                headers(entry.headers()),
                ByteBuffer.wrap(entry.value()));
    }

    private static List<MessageHeader> headers(Headers headers) {
        List<MessageHeader> all = new ArrayList<>();
        for (Header header : headers) {
            byte[] value = header.value();
            all.add(new MessageHeader(header.key(), value == null ? null : ByteBuffer.wrap(value)));
        }
        return all;
    }

    private static MessageGap gap(Gap gap) {
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
