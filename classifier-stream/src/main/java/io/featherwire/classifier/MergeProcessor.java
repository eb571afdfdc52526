package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.schemas.AccuracySnapshot;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up the newest part of each partition. The parts replace each other, so a part read twice changes nothing; after a start
 * everything is said once more, since what was not said before a crash is not known.
 */
final class MergeProcessor extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private static final Logger LOG = LoggerFactory.getLogger(MergeProcessor.class);

    private final ClassifierSerdes serdes;
    private final Map<SnapshotKey, Map<Integer, AccuracySnapshot>> parts = new HashMap<>();
    private final Set<SnapshotKey> changed = new LinkedHashSet<>();
    private final DrainSignal drain;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private KeyValueStore<byte[], byte[]> store;

    MergeProcessor(ClassifierSerdes serdes, DrainSignal drain) {
        this.serdes = serdes;
        this.drain = drain;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        store = context.getStateStore(ClassifierTopology.PARTS_STORE);
        parts.clear();
        try (var all = store.all()) {
            all.forEachRemaining(
                    part -> keep(PartKey.parse(part.key), serdes.accuracyParts().decode(part.value)));
        }
        changed.addAll(parts.keySet());
        context.schedule(ClassifierTopology.MERGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::emit);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        try {
            var key = PartKey.parse(record.key());
            var part = serdes.accuracyParts().decode(record.value());
            var before = parts.getOrDefault(key.of(), Map.of()).get(key.partition());
            if (before == null || !part.getEmittedAt().isBefore(before.getEmittedAt())) {
                store.put(record.key(), record.value());
                keep(key, part);
                changed.add(key.of());
                drain.said();
            }
        } catch (SerializationException | IllegalArgumentException | NullPointerException e) {
            // Only this application writes here; a stranger's record must not stop it.
            LOG.atWarn()
                    .addKeyValue(
                            "topic", context().recordMetadata().orElseThrow().topic())
                    .addKeyValue(
                            "offset", context().recordMetadata().orElseThrow().offset())
                    .log("ignored a record that is no part of a snapshot");
        }
    }

    private void keep(PartKey key, AccuracySnapshot part) {
        parts.computeIfAbsent(key.of(), of -> new TreeMap<>()).put(key.partition(), part);
    }

    private void emit(long now) {
        for (var key : changed) {
            var sum = new SnapshotSum();
            parts.getOrDefault(key, Map.of()).values().forEach(sum::add);
            var snapshot = sum.build(key.bundle(), key.window(), now);
            context().forward(new Record<>(key.bytes(), serdes.accuracy().encode(snapshot), now));
        }
        if (!changed.isEmpty()) {
            drain.said();
        }
        changed.clear();
    }
}
