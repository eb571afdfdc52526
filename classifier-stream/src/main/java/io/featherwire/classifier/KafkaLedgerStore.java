package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.LedgerStore;
import java.util.function.BiPredicate;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's state store in Kafka Streams. Its caching is disabled, so that the changelog has all writes in their
 * order, and a prefix of the writes survives a crash.
 */
final class KafkaLedgerStore implements LedgerStore {
    private final KeyValueStore<Bytes, byte[]> store;
    private final long largest;

    /** @param largest the maximum record size of the changelog, in bytes */
    KafkaLedgerStore(KeyValueStore<Bytes, byte[]> store, long largest) {
        this.store = store;
        this.largest = largest;
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return store.get(Bytes.wrap(key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        if (key.length + value.length > largest) {
            throw new IllegalArgumentException(
                    "an entry of " + value.length + " bytes is too large for the ledger's changelog");
        }
        store.put(Bytes.wrap(key), value);
    }

    @Override
    public void delete(byte[] key) {
        store.delete(Bytes.wrap(key));
    }

    @Override
    public void scan(byte[] from, BiPredicate<byte[], byte[]> visitor) {
        try (var entries = store.range(Bytes.wrap(from), null)) {
            while (entries.hasNext()) {
                var entry = entries.next();
                if (!visitor.test(entry.key.get(), entry.value)) {
                    return;
                }
            }
        }
    }
}
