package io.featherwire.producer.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Splits new entries into kept entries, which get sequence numbers, and dropped entries. */
final class Admission {

    /**
     * An entry that is kept.
     *
     * @param ordinal the number of the frame among all frames of its sensor
     */
    record Kept(long number, long ordinal, OutboxEntry entry) {}

    private final List<Kept> kept = new ArrayList<>();
    private final List<OutboxEntry> dropped = new ArrayList<>();
    private final Map<String, Long> next = new TreeMap<>();

    private Admission() {}

    /**
     * @param ordinals the next ordinal of each sensor
     * @param stride every stride-th frame of each sensor is kept; 0 if no frame is kept
     */
    static Admission admit(
            List<OutboxEntry> entries, Map<String, Long> ordinals, long stride, SequenceNumbers numbers) {
        var admission = new Admission();
        for (OutboxEntry entry : entries) {
            long ordinal = admission.next.getOrDefault(entry.sensorId(), ordinals.getOrDefault(entry.sensorId(), 0L));
            admission.next.put(entry.sensorId(), ordinal + 1);
            if (stride > 0 && ordinal % stride == 0) {
                admission.kept.add(new Kept(numbers.next(), ordinal, entry));
            } else {
                admission.dropped.add(entry);
            }
        }
        return admission;
    }

    List<Kept> kept() {
        return kept;
    }

    List<OutboxEntry> dropped() {
        return dropped;
    }

    /** The next ordinal of each of these sensors. */
    Map<String, Long> nextOrdinals() {
        return next;
    }
}
