package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.BundleCounts;
import io.featherwire.classifier.accuracy.CountedHead;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.SnapshotKey;
import io.featherwire.schemas.AccuracySnapshot;
import io.featherwire.schemas.serde.AvroSerde;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Converts the counts of one partition's ledger to snapshots: those that changed since the last call, or all after a
 * start.
 */
final class SnapshotPartEmitter {
    private record Published(long changes, AccuracySnapshot snapshot, long at) {}

    private record HeadCounts(BundleCounts tally, CountedHead head) {}

    private static final BundleCounts NOTHING = new BundleCounts();
    private static final CountedHead NO_HEAD = CountedHead.ofBundle(Ledger.ALL_BUNDLES, "", List.of());

    /**
     * The average rate at which cells of confusion matrices are published, in cells per millisecond. Large matrices are
     * therefore published less often.
     */
    private static final int CELLS_PER_MS = 5;

    private final int partition;
    private final Map<SnapshotKey, Published> sent = new HashMap<>();
    private final AvroSerde<AccuracySnapshot> serde;

    private boolean schemaSent;

    SnapshotPartEmitter(AvroSerde<AccuracySnapshot> serde, int partition) {
        this.serde = serde;
        this.partition = partition;
    }

    /** The schema of the parts at the first call; later empty. */
    Optional<byte[]> takeSchema() {
        if (schemaSent) {
            return Optional.empty();
        }
        schemaSent = true;
        return Optional.of(SnapshotPartSchemas.currentSchema());
    }

    /** @param everything whether large matrices that were published recently are included */
    Map<SnapshotPartKey, byte[]> changedParts(Ledger ledger, long now, boolean everything) {
        var parts = new LinkedHashMap<SnapshotPartKey, byte[]>();
        var heads = ledger.heads();
        ledger.counts(now).forEach((window, tallies) -> {
            heads.forEach((fingerprint, head) -> {
                var one = new HeadCounts(tallies.getOrDefault(fingerprint, NOTHING), head);
                addIfChanged(parts, new SnapshotKey(fingerprint, window), List.of(one), now, everything);
            });
            addIfChanged(
                    parts, new SnapshotKey(Ledger.ALL_BUNDLES, window), sumOfBundles(tallies, heads), now, everything);
        });
        return parts;
    }

    /** The sources of the sum over all bundles. They are the bundles' own heads only, so that a frame counts once. */
    private static List<HeadCounts> sumOfBundles(Map<String, BundleCounts> tallies, Map<String, CountedHead> heads) {
        var sources = new ArrayList<HeadCounts>();
        heads.forEach((bundle, head) -> {
            if (head.isOwn()) {
                sources.add(new HeadCounts(tallies.getOrDefault(bundle, NOTHING), head));
            }
        });
        sources.add(new HeadCounts(tallies.getOrDefault(Ledger.ALL_BUNDLES, NOTHING), NO_HEAD));
        return sources;
    }

    /** Adds a snapshot to the parts, unless it is the same as the last published one. */
    private void addIfChanged(
            Map<SnapshotPartKey, byte[]> parts,
            SnapshotKey key,
            List<HeadCounts> sources,
            long now,
            boolean everything) {
        long changes =
                sources.stream().mapToLong(source -> source.tally.changes()).sum() + sources.size();
        var before = sent.get(key);
        if (before != null && (before.changes == changes || !everything && isTooSoon(before, sources, now))) {
            return;
        }
        var sum = new SnapshotSum();
        sources.forEach(source -> sum.add(source.tally, source.head));
        var snapshot = sum.build(
                key.bundle(),
                key.window(),
                before == null ? now : before.snapshot.getEmittedAt().toEpochMilli());
        if (before != null && snapshot.getCells().isEmpty() && snapshot.equals(before.snapshot)) {
            sent.put(key, new Published(changes, before.snapshot, now));
            return;
        }
        snapshot.put("emittedAt", Instant.ofEpochMilli(now));
        sent.put(key, new Published(changes, snapshot, now));
        parts.put(new SnapshotPartKey(partition, key), serde.encode(snapshot));
    }

    private static boolean isTooSoon(Published before, List<HeadCounts> sources, long now) {
        long cells =
                sources.stream().mapToLong(source -> source.tally.cellCount()).sum();
        long since = now - before.at;
        return since >= 0 && since < cells / CELLS_PER_MS;
    }
}
