package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The newest N labelled frames, in the order in which they got both prediction and label: N frames of all bundles' own
 * heads together, and N frames of each further head.
 */
final class RecentLabelledFrames {
    private record Position(String head, long matchedAt, String key) {}

    private static final Comparator<Position> OLDEST_FIRST =
            Comparator.comparingLong(Position::matchedAt).thenComparing(Position::key);

    private final int limit;
    private final Map<String, NavigableMap<Position, FrameEntry>> newestByHead = new HashMap<>();
    private final Map<String, Position> places = new HashMap<>();

    private final CountBuckets counting;
    private final SortedMap<String, BundleCounts> sum = new TreeMap<>();

    RecentLabelledFrames(int limit, CountBuckets counting) {
        this.limit = limit;
        this.counting = counting;
    }

    void put(byte[] key, FrameEntry entry) {
        if (!entry.isMatched()) {
            return;
        }
        var name = headName(key);
        var place = new Position(LedgerKeys.headOf(key), entry.matchedAt(), name);
        var newest = newestByHead.computeIfAbsent(place.head(), head -> new TreeMap<>(OLDEST_FIRST));
        var before = newest.put(place, entry);
        if (before != null) {
            count(before, -1);
        }
        count(entry, 1);
        places.put(name, place);
        if (newest.size() > limit) {
            var oldest = newest.pollFirstEntry();
            places.remove(oldest.getKey().key());
            count(oldest.getValue(), -1);
        }
    }

    private void count(FrameEntry entry, int sign) {
        var prediction = requireNonNull(entry.prediction());
        counting.addFrame(
                sum.computeIfAbsent(prediction.bundle(), bundle -> new BundleCounts()), entry, prediction, sign);
    }

    boolean has(byte[] key) {
        return places.containsKey(headName(key));
    }

    /** The counts by head, as a live view. */
    SortedMap<String, BundleCounts> tallies() {
        return sum;
    }

    /** A string with the bytes of a key, which serves as a map key. Latin-1 preserves the bytes and their order. */
    private static String headName(byte[] key) {
        return new String(key, StandardCharsets.ISO_8859_1);
    }
}
