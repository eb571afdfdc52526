package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.deadletter.SourceRecordBuilder;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.batch.BatchedFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * Splits batches of frames into single features records. A device that does not know whether a batch was stored sends
 * the frames again. Therefore a frame is dropped if its number is not greater than the last number of its sensor and
 * outbox, so that each frame is forwarded once, in order.
 */
final class FeatureBatchSplitter extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

    /**
     * The header of a batch that became a dead letter. When the batch is replayed, its frames are late rather than
     * repeated, so they are forwarded.
     */
    static final String REFUSED = "fw.batch.refused";

    /**
     * The maximum time by which the timestamp of a record precedes that of its batch, since the topic's retention uses
     * timestamps.
     */
    private static final long OLDEST_MILLIS = 3_600_000;

    private final FeatureBatchRecords records;
    private final AvroSerde<CompactFeature> serde;
    private final DeadLetterSender deadLetters;
    private final String features;
    private final Counter forwarded;
    private final Counter repeated;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private KeyValueStore<Bytes, byte[]> lastNumbers;

    /** @param features the topic of single features; a dead letter of a single frame names it as the source */
    FeatureBatchSplitter(
            FeatureBatchRecords records,
            AvroSerde<CompactFeature> serde,
            DeadLetterSender deadLetters,
            String features,
            MeterRegistry registry) {
        this.records = records;
        this.serde = serde;
        this.deadLetters = deadLetters;
        this.features = features;
        this.forwarded = counter("forwarded", registry);
        this.repeated = counter("repeated", registry);
    }

    private static Counter counter(String outcome, MeterRegistry registry) {
        return Counter.builder("featherwire.split.frames")
                .description("Frames of batches: forwarded, or dropped as duplicates.")
                .tag("outcome", outcome)
                .register(registry);
    }

    /**
     * Builds the store of the last number of each sensor and outbox, on disk and in a changelog. An entry has some
     * dozens of bytes.
     */
    static StoreBuilder<?> store(String name, DataSize recordSize) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(recordSize.bytes())));
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        lastNumbers = context.getStateStore(FeatureBatchTopology.LAST_NUMBERS_STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var from = context().recordMetadata().orElseThrow();
        var source = SourceRecord.of(record, from);
        try {
            split(source, records.read(source));
        } catch (BadRecordException e) {
            // The headers are copied, since Kafka Streams owns the record.
            Headers marked = new RecordHeaders(record.headers()).remove(REFUSED).add(REFUSED, null);
            deadLetters.send(context(), SourceRecord.of(record.withHeaders(marked), from), e);
        }
    }

    private void split(SourceRecord source, FeatureBatchRecords.Frames batch) {
        Bytes place = storeKey(requireNonNull(source.key(), "key"), batch.outbox());
        LastFrame known = LastFrame.parse(lastNumbers.get(place));
        LastFrame last = known;
        boolean late = source.headers().lastHeader(REFUSED) != null;
        for (BatchedFrame frame : batch.frames()) {
            if (late || frame.number() > last.number()) {
                context().forward(toFeatureRecord(source, frame), FeatureBatchTopology.FEATURES_OUT);
                forwarded.increment();
                last = last.updatedWith(frame);
            } else if (frame.feature().getCapturedAt().toEpochMilli() > last.captured()) {
                send(source, frame);
            } else {
                repeated.increment();
            }
        }
        if (!last.equals(known)) {
            lastNumbers.put(place, last.toBytes());
        }
    }

    /**
     * The last frame of a sensor and outbox.
     *
     * @param number the highest number
     * @param captured the latest time of capture, in milliseconds since 1970
     */
    private record LastFrame(long number, long captured) {

        static LastFrame parse(byte @Nullable [] bytes) {
            if (bytes == null) {
                return new LastFrame(0, Long.MIN_VALUE);
            }
            ByteBuffer stored = ByteBuffer.wrap(bytes);
            return new LastFrame(stored.getLong(), stored.getLong());
        }

        LastFrame updatedWith(BatchedFrame frame) {
            return new LastFrame(
                    Math.max(number, frame.number()),
                    Math.max(captured, frame.feature().getCapturedAt().toEpochMilli()));
        }

        byte[] toBytes() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(number)
                    .putLong(captured)
                    .array();
        }
    }

    /**
     * Sends to the dead letters a frame that was captured after all earlier frames but has a number that was used
     * before. This happens if the device's outbox was restored from an old copy.
     */
    private void send(SourceRecord source, BatchedFrame frame) {
        var alone = SourceRecordBuilder.builder(source)
                .key(requireNonNull(source.key(), "key"))
                .value(serde.encode(frame.feature()))
                .headers(new RecordHeaders(frame.headers()))
                .topic(features)
                .build();
        deadLetters.send(
                context(),
                alone,
                new BadRecordException(
                        "split-batch",
                        "number-used",
                        "an earlier frame of this outbox had the number " + frame.number()
                                + " of this frame: is the outbox an old copy? Give the device a new directory (--outbox) and "
                                + "--device-takeover",
                        null));
    }

    /**
     * The store key of a sensor and an outbox. The outbox has a fixed length and comes first, so that keys never
     * collide.
     */
    private static Bytes storeKey(byte[] sensor, long outbox) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + sensor.length)
                .putLong(outbox)
                .put(sensor)
                .array());
    }

    private Record<byte[], byte[]> toFeatureRecord(SourceRecord source, BatchedFrame frame) {
        long sent = source.timestamp();
        return new Record<>(
                requireNonNull(source.key(), "key"),
                serde.encode(frame.feature()),
                Math.max(Math.max(0, sent - OLDEST_MILLIS), Math.min(frame.compressedAt(), sent)),
                new RecordHeaders(frame.headers()));
    }
}
