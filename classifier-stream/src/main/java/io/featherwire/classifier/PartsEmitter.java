package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.classifier.accuracy.Tally;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.AvroSerde;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a ledger's counts into the parts that changed since the last time; after a start, into all of them. */
final class PartsEmitter {
    private final int partition;
    private final Map<SnapshotKey, AccuracySnapshot> sent = new HashMap<>();
    private final AvroSerde<AccuracySnapshot> serde;

    private boolean saidSchema;

    PartsEmitter(AvroSerde<AccuracySnapshot> serde, int partition) {
        this.serde = serde;
        this.partition = partition;
    }

    /** What the parts are written with, once. */
    Optional<byte[]> schema() {
        if (saidSchema) {
            return Optional.empty();
        }
        saidSchema = true;
        return Optional.of(PartSchemas.own());
    }

    Map<PartKey, byte[]> changed(Ledger ledger, long now) {
        var parts = new LinkedHashMap<PartKey, byte[]>();
        var classNames = ledger.classNames();
        ledger.windows(now).forEach((window, tallies) -> {
            var all = new SnapshotSum();
            classNames.forEach((bundle, classes) -> {
                var tally = tallies.getOrDefault(bundle, new Tally());
                all.add(tally, classes);
                put(parts, bundle, window, new SnapshotSum().add(tally, classes), now);
            });
            all.add(tallies.getOrDefault(Ledger.ALL_BUNDLES, new Tally()), List.of());
            put(parts, Ledger.ALL_BUNDLES, window, all, now);
        });
        return parts;
    }

    private void put(Map<PartKey, byte[]> parts, String bundle, String window, SnapshotSum sum, long now) {
        var key = new SnapshotKey(bundle, window);
        var before = sent.get(key);
        if (before == null || !sum.isSaidBy(before)) {
            var snapshot = sum.build(bundle, window, now);
            sent.put(key, snapshot);
            parts.put(new PartKey(partition, key), serde.encode(snapshot));
        }
    }
}
