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
 * Splits batches of frames into single features. A device that does not know whether a batch was stored sends its
 * frames again, so frames whose sequence number is not above the last one of their sensor and outbox are dropped: each
 * frame is forwarded once, in order.
 */
final class BatchSplitter extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

    /**
     * Header of a batch that became a dead letter, which stays on it: when it is replayed, its frames are late, not
     * repeated.
     */
    static final String REFUSED = "fw.batch.refused";

    /**
     * Maximum difference between the timestamp of a record and that of its batch, since a topic's retention uses
     * timestamps.
     */
    private static final long OLDEST_MILLIS = 3_600_000;

    private final FeatureBatchRecords records;
    private final AvroSerde<CompactFeature> serde;
    private final DeadLetterSender graveyard;
    private final String features;
    private final Counter forwarded;
    private final Counter repeated;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private KeyValueStore<Bytes, byte[]> lastNumbers;

    /** @param features topic of single features, also for replays of dead letters */
    BatchSplitter(
            FeatureBatchRecords records,
            AvroSerde<CompactFeature> serde,
            DeadLetterSender graveyard,
            String features,
            MeterRegistry registry) {
        this.records = records;
        this.serde = serde;
        this.graveyard = graveyard;
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
     * Store of the last sequence number of each sensor and outbox: some dozens of bytes each, on disk and on a
     * changelog.
     */
    static StoreBuilder<?> store(String name, DataSize recordSize) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(recordSize.bytes())));
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        lastNumbers = context.getStateStore(SplitTopology.LAST_NUMBERS_STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        var from = context().recordMetadata().orElseThrow();
        var source = SourceRecord.of(record, from);
        try {
            split(source, records.read(source));
        } catch (BadRecordException e) {
            // A copy: the record belongs to Kafka Streams.
            Headers marked = new RecordHeaders(record.headers()).remove(REFUSED).add(REFUSED, null);
            graveyard.bury(context(), SourceRecord.of(record.withHeaders(marked), from), e);
        }
    }

    private void split(SourceRecord source, FeatureBatchRecords.Frames batch) {
        Bytes place = place(requireNonNull(source.key(), "key"), batch.outbox());
        Last known = Last.read(lastNumbers.get(place));
        Last last = known;
        boolean late = source.headers().lastHeader(REFUSED) != null;
        for (BatchedFrame frame : batch.frames()) {
            if (late || frame.number() > last.number()) {
                context().forward(single(source, frame), SplitTopology.FEATURES_OUT);
                forwarded.increment();
                last = last.and(frame);
            } else if (frame.feature().getCapturedAt().toEpochMilli() > last.captured()) {
                bury(source, frame);
            } else {
                repeated.increment();
            }
        }
        if (!last.equals(known)) {
            lastNumbers.put(place, last.bytes());
        }
    }

    /**
     * The last frame of a sensor and outbox.
     *
     * @param number highest sequence number
     * @param captured latest time of capture, in milliseconds
     */
    private record Last(long number, long captured) {

        static Last read(byte @Nullable [] bytes) {
            if (bytes == null) {
                return new Last(0, Long.MIN_VALUE);
            }
            ByteBuffer stored = ByteBuffer.wrap(bytes);
            return new Last(stored.getLong(), stored.getLong());
        }

        Last and(BatchedFrame frame) {
            return new Last(
                    Math.max(number, frame.number()),
                    Math.max(captured, frame.feature().getCapturedAt().toEpochMilli()));
        }

        byte[] bytes() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(number)
                    .putLong(captured)
                    .array();
        }
    }

    /**
     * Whether a frame was captured after all earlier ones but has a used sequence number: the device's outbox was
     * restored from an old copy.
     */
    private void bury(SourceRecord source, BatchedFrame frame) {
        var alone = SourceRecordBuilder.builder(source)
                .key(requireNonNull(source.key(), "key"))
                .value(serde.encode(frame.feature()))
                .headers(new RecordHeaders(frame.headers()))
                .topic(features)
                .build();
        graveyard.bury(
                context(),
                alone,
                new BadRecordException(
                        "split-batch",
                        "number-used",
                        "frame " + frame.number()
                                + " of its outbox was used before by an earlier frame: is the outbox an old copy? Give "
                                + "the device a new directory (--outbox) and --device-takeover",
                        null));
    }

    /** The outbox id comes first, so that keys of different sensors and outboxes never collide. */
    private static Bytes place(byte[] sensor, long outbox) {
        return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + sensor.length)
                .putLong(outbox)
                .put(sensor)
                .array());
    }

    private Record<byte[], byte[]> single(SourceRecord source, BatchedFrame frame) {
        long sent = source.timestamp();
        return new Record<>(
                requireNonNull(source.key(), "key"),
                serde.encode(frame.feature()),
                Math.max(Math.max(0, sent - OLDEST_MILLIS), Math.min(frame.compressedAt(), sent)),
                new RecordHeaders(frame.headers()));
    }
}
