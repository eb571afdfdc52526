package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.classifier.accuracy.SnapshotValidator;
import io.featherwire.runtime.log.RateLimitedLog;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.SchemaRegistryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the newest accuracy snapshots of all partitions. A part, the snapshot of one partition, replaces the earlier
 * part of that partition, so a part that is read twice changes nothing. After a start, all sums are published again,
 * since it is unknown which sums were published before a crash.
 */
final class SnapshotMergeProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotMergeProcessor.class);

    /** The maximum number of parts, far above partitions × bundles × windows. Only another program could write more. */
    private static final int MAX_PARTS = 100_000;

    private static final int CELLS_PER_MS = 50;

    private final LedgerSettings settings;
    private final ClassifierSerdes serdes;
    private final Map<SnapshotKey, Map<Integer, AccuracySnapshot>> parts = new HashMap<>();
    private final Set<SnapshotKey> changed = new LinkedHashSet<>();
    private final Map<SnapshotKey, Long> publishedAt = new HashMap<>();
    /** The parts in the store whose window is not configured any more. */
    private final List<SnapshotPartKey> outdated = new ArrayList<>();

    private final DrainSignal drain;
    private final AccuracyMetrics metrics;
    private final long largest;
    private final RateLimitedLog foreignRecords = new RateLimitedLog(LOG);
    private final RateLimitedLog unreadable = new RateLimitedLog(LOG);
    private final RateLimitedLog skipped = new RateLimitedLog(LOG);

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private KeyValueStore<byte[], byte[]> store;

    @SuppressWarnings("NullAway.Init")
    private SnapshotPartSchemas schemas;

    /**
     * @param settings the windows; parts of other windows are not added up
     * @param largest the maximum size of a written record, in bytes
     */
    SnapshotMergeProcessor(
            LedgerSettings settings,
            ClassifierSerdes serdes,
            DrainSignal drain,
            AccuracyMetrics metrics,
            long largest) {
        this.settings = settings;
        this.serdes = serdes;
        this.drain = drain;
        this.metrics = metrics;
        this.largest = largest;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        store = context.getStateStore(ClassifierTopology.PARTS_STORE);
        schemas = new SnapshotPartSchemas(serdes.accuracyParts());
        parts.clear();
        changed.clear();
        outdated.clear();
        forEach((key, value) -> {
            if (SnapshotPartSchemas.isKey(key)) {
                schemas.add(key, value);
            }
        });
        forEach((key, value) -> {
            if (!SnapshotPartSchemas.isKey(key)) {
                restore(key, value);
            }
        });
        changed.addAll(parts.keySet());
        context.schedule(ClassifierTopology.MERGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::publish);
    }

    private void forEach(BiConsumer<byte[], byte[]> action) {
        try (var all = store.all()) {
            all.forEachRemaining(entry -> action.accept(entry.key, entry.value));
        }
    }

    /**
     * Restores a part of the store. A part with an unknown schema is skipped; the ledger of its partition publishes it
     * again at its start.
     */
    private void restore(byte[] key, byte[] value) {
        try {
            var name = SnapshotPartKey.parse(key);
            if (settings.hasWindow(name.of().window())) {
                storePart(
                        name,
                        SnapshotValidator.requireValid(
                                name.of(), serdes.accuracyParts().decode(value)));
            } else {
                outdated.add(name);
            }
        } catch (SerializationException | IllegalArgumentException e) {
            unreadable.warn("skipped a snapshot part in the state store: {}", e.getMessage());
        }
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try {
            byte[] key = requireNonNull(record.key(), "key");
            byte[] value = requireNonNull(record.value(), "value");
            if (SnapshotPartSchemas.isKey(key)) {
                storeSchema(key, value);
            } else {
                addPart(key, value);
            }
        } catch (SerializationException | IllegalArgumentException | NullPointerException e) {
            // Only this application should write to the topic; a record of another program must not stop it.
            metrics.countFailure();
            var from = context().recordMetadata().orElseThrow();
            foreignRecords.warn(
                    "skipped a record that is not a snapshot part: {}-{}@{}",
                    from.topic(),
                    from.partition(),
                    from.offset());
        }
    }

    private void storeSchema(byte[] key, byte[] value) {
        if (store.get(key) == null) {
            if (!schemas.add(key, value)) {
                throw new IllegalArgumentException("the value is not a schema");
            }
            store.put(key, value);
        }
    }

    private void addPart(byte[] bytes, byte[] value) {
        var key = SnapshotPartKey.parse(bytes);
        var part =
                SnapshotValidator.requireValid(key.of(), serdes.accuracyParts().decode(value));
        if (store.get(bytes) == null && store.approximateNumEntries() >= MAX_PARTS) {
            throw new IllegalArgumentException("too many parts");
        }
        // The order of the topic decides which part is newer, since the times in two parts may come from machines with
        // different clocks.
        store.put(bytes, value);
        // Around a restart with other windows, instances with both settings write parts. The store keeps all of them
        // for the instance that adds them up next.
        if (settings.hasWindow(key.of().window())) {
            storePart(key, part);
            changed.add(key.of());
            drain.recordPublish();
        }
    }

    private void storePart(SnapshotPartKey key, AccuracySnapshot part) {
        parts.computeIfAbsent(key.of(), of -> new TreeMap<>()).put(key.partition(), part);
    }

    private void publish(SnapshotKey key, long now) {
        var sum = new SnapshotSum();
        parts.getOrDefault(key, Map.of()).values().forEach(sum::add);
        byte[] snapshot = serdes.accuracy().encode(sum.build(key.bundle(), key.window(), now));
        if (snapshot.length > largest) {
            throw new IllegalStateException("its " + snapshot.length + " bytes are more than the topic accepts");
        }
        context().forward(new Record<>(key.toBytes(), snapshot, now));
    }

    private void publish(long now) {
        deleteOutdated(now);
        boolean published = changed.removeIf(key -> {
            if (!drain.isRequested() && isTooSoon(key, now)) {
                return false;
            }
            publishedAt.put(key, now);
            try {
                publish(key, now);
            } catch (KafkaException | SchemaRegistryException e) {
                throw e;
            } catch (RuntimeException e) {
                // Only parts of another program cannot be added up.
                metrics.countFailure();
                skipped.warn("cannot publish snapshot {}: {}", key.text(), e.toString());
            }
            return true;
        });
        if (published) {
            drain.recordPublish();
        }
    }

    /**
     * Deletes the outdated parts and publishes a record without a value for each of their sums, since a window that is
     * not counted any more would otherwise show its last counts for ever.
     */
    private void deleteOutdated(long now) {
        outdated.forEach(part -> store.delete(part.toBytes()));
        outdated.stream().map(SnapshotPartKey::of).distinct().forEach(sum -> context()
                .forward(new Record<byte[], byte[]>(sum.toBytes(), null, now)));
        outdated.clear();
    }

    /** Whether a sum was published recently. Sums with large confusion matrices are published less often. */
    private boolean isTooSoon(SnapshotKey key, long now) {
        long cells = parts.getOrDefault(key, Map.of()).values().stream()
                .mapToLong(part -> part.getCells().size() / 3)
                .sum();
        long since = now - publishedAt.getOrDefault(key, Long.MIN_VALUE / 2);
        return since >= 0 && since < cells / CELLS_PER_MS;
    }
}
