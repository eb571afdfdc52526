package io.featherwire.classifier.accuracy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A store in memory that logs its writes as a changelog does, so that a test can crash after any of them. */
final class LoggedStore implements LedgerStore {
    private record Write(byte[] key, byte @Nullable [] value) {}

    private final TreeMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);
    private final List<Write> log = new ArrayList<>();

    int writes() {
        return log.size();
    }

    int size() {
        return map.size();
    }

    /** What is restored when only the first {@code survived} writes reached the changelog. */
    LoggedStore afterCrash(int survived) {
        var restored = new LoggedStore();
        log.subList(0, survived).forEach(restored::apply);
        return restored;
    }

    private void apply(Write write) {
        log.add(write);
        if (write.value() == null) {
            map.remove(write.key());
        } else {
            map.put(write.key(), write.value());
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        apply(new Write(key, value));
    }

    @Override
    public void delete(byte[] key) {
        apply(new Write(key, null));
    }

    @Override
    public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
        for (var entry : map.tailMap(from, true).entrySet()) {
            if (!visitor.test(entry.getKey(), entry.getValue())) {
                return;
            }
        }
    }
}
