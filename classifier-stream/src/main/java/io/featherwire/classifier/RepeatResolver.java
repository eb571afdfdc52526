package io.featherwire.classifier;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.record.RecordLimits;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.gate.RepeatMark;
import io.featherwire.schemas.serde.AvroSerde;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds the repeated payload to each repeat: the sensor's last repeatable payload, if bundle and checksum match. All
 * other records, and repeats of unknown payloads, are forwarded unchanged. The store has one payload for each sensor.
 */
final class RepeatResolver extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private final AvroSerde<CompactFeature> serde;
    private final RecordLimits limits;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private KeyValueStore<Bytes, byte[]> payloads;

    /** @param limits the limits of valid records; the payload of an invalid record is not stored */
    RepeatResolver(AvroSerde<CompactFeature> serde, RecordLimits limits) {
        this.serde = serde;
        this.limits = limits;
    }

    /** Builds the store, with a cache, so that only a sensor's last payload before a commit is written. */
    static StoreBuilder<?> store(String name, DataSize recordSize) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of(
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Long.toString(recordSize.bytes()),
                        TopicConfig.SEGMENT_BYTES_CONFIG,
                        Long.toString(Math.max(64 << 20, 2 * recordSize.bytes()))));
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        payloads = context.getStateStore(ClassifierTopology.REPEATED_STORE);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        context().forward(isMarked(record) && isAllowed(record) ? withPayload(record) : record);
    }

    /** Whether the record has the gate's header; other records need not be parsed. */
    private static boolean isMarked(Record<byte[], byte[]> record) {
        return record.key() != null
                && record.value() != null
                && record.headers().lastHeader(RepeatMark.HEADER) != null;
    }

    /** Whether the record is small enough for the changelog; the next processor rejects a record that is too large. */
    private boolean isAllowed(Record<byte[], byte[]> record) {
        var source = SourceRecord.of(record, context().recordMetadata().orElseThrow());
        try {
            limits.admit(source);
            RecordLimits.sensorId(source);
            return true;
        } catch (BadRecordException e) {
            return false;
        }
    }

    private Record<byte[], byte[]> withPayload(Record<byte[], byte[]> record) {
        CompactFeature feature;
        try {
            feature = serde.decode(record.value());
        } catch (SerializationException e) {
            // The next processor rejects the record.
            return record;
        }
        if (RepeatMark.isRepeatable(record.headers())) {
            payloads.put(Bytes.wrap(record.key()), toStored(feature));
            return record;
        }
        OptionalInt repeated = RepeatMark.repeatedChecksum(record.headers());
        if (repeated.isEmpty() || feature.getPayload().hasRemaining()) {
            return record;
        }
        byte[] found = payloads.get(Bytes.wrap(record.key()));
        byte[] bundle = feature.getBundle().bytes();
        if (found == null || !Arrays.equals(bundle, 0, bundle.length, found, 0, bundle.length)) {
            return record;
        }
        ByteBuffer payload = ByteBuffer.wrap(found, bundle.length, found.length - bundle.length)
                .slice();
        return RepeatMark.checksum(payload) == repeated.getAsInt()
                ? record.withValue(serde.encode(new CompactFeature(
                        feature.getFrameId(), feature.getCapturedAt(), feature.getBundle(), payload)))
                : record;
    }

    private static byte[] toStored(CompactFeature feature) {
        ByteBuffer payload = feature.getPayload().duplicate();
        return ByteBuffer.allocate(feature.getBundle().bytes().length + payload.remaining())
                .put(feature.getBundle().bytes())
                .put(payload)
                .array();
    }
}
