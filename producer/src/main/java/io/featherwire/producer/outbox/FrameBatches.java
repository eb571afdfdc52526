package io.featherwire.producer.outbox;

import io.featherwire.producer.outbox.OutboxBatch.Row;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.FeatureBatch;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.batch.FeatureBatches;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups the frames of each sensor, in order, into records of limited size. */
final class FrameBatches {

    private static final AvroSerde<CompactFeature> FEATURES = AvroSerde.of(CompactFeature.class);
    private static final AvroSerde<FeatureBatch> BATCHES = AvroSerde.of(FeatureBatch.class);

    /** Overhead of a single record around payload and frame id, minus the overhead per payload in a batch, in bytes. */
    private static final int SAVED = 25;

    private FrameBatches() {}

    /**
     * A record of several frames.
     *
     * @param rows the rows of its frames
     */
    record Packed(String sensorId, List<Row> rows, byte[] value) {
        OutboxEntry newest() {
            return rows.get(rows.size() - 1).entry();
        }
    }

    private record Frame(Row row, BatchedFrame batched) {}

    /** The estimated size of a frame in a batch, in bytes. */
    static long sizeInBatch(OutboxEntry entry) {
        return Math.max(1, entry.value().length - entry.frameId().length() - SAVED);
    }

    /** @param rows rows with features of any sensors, in order */
    static List<Packed> pack(long outbox, List<Row> rows, long maxBytes) {
        Map<String, List<Frame>> bySensor = new LinkedHashMap<>();
        for (Row row : rows) {
            bySensor.computeIfAbsent(row.entry().sensorId(), sensor -> new ArrayList<>())
                    .add(new Frame(row, toBatchedFrame(row)));
        }
        List<Packed> packed = new ArrayList<>();
        bySensor.forEach((sensor, frames) -> {
            for (int from = 0;
                    from < frames.size();
                    from += packed.get(packed.size() - 1).rows().size()) {
                packed.add(packNext(outbox, sensor, frames.subList(from, endOfBundle(frames, from)), maxBytes));
            }
        });
        return packed;
    }

    private static BatchedFrame toBatchedFrame(Row row) {
        OutboxEntry entry = row.entry();
        return new BatchedFrame(row.number(), FEATURES.decode(entry.value()), entry.headers(), entry.timestamp());
    }

    /** The end index of the frames that can share a batch with the first. */
    private static int endOfBundle(List<Frame> frames, int from) {
        var bundle = frames.get(from).batched().feature().getBundle();
        int end = from + 1;
        while (end < frames.size()
                && end - from < FeatureBatches.MAX_FRAMES
                && frames.get(end).batched().feature().getBundle().equals(bundle)) {
            end++;
        }
        return end;
    }

    /** The batch of the longest prefix of the frames that fits, found by bisection; at least one frame. */
    private static Packed packNext(long outbox, String sensor, List<Frame> frames, long maxBytes) {
        Packed all = packAll(outbox, sensor, frames);
        if (all.value().length <= maxBytes || frames.size() == 1) {
            return all;
        }
        Packed fits = packAll(outbox, sensor, frames.subList(0, 1));
        int tooMany = frames.size();
        while (tooMany - fits.rows().size() > 1) {
            int middle = (fits.rows().size() + tooMany) / 2;
            Packed tried = packAll(outbox, sensor, frames.subList(0, middle));
            if (tried.value().length <= maxBytes) {
                fits = tried;
            } else {
                tooMany = middle;
            }
        }
        return fits;
    }

    private static Packed packAll(long outbox, String sensor, List<Frame> frames) {
        byte[] value = BATCHES.encode(
                FeatureBatches.pack(outbox, frames.stream().map(Frame::batched).toList()));
        return new Packed(sensor, frames.stream().map(Frame::row).toList(), value);
    }
}
