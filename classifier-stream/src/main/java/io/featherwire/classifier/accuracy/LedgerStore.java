package io.featherwire.classifier.accuracy;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The ordered key-value store of a ledger. Keys are ordered as unsigned bytes.
 *
 * <p>After a crash, the store must have a prefix of all writes.
 */
public interface LedgerStore {
    /** The value of a key, or null. */
    byte @Nullable [] get(byte[] key);

    /** Sets a value. */
    void put(byte[] key, byte[] value);

    /** Removes a key. */
    void delete(byte[] key);

    /** Visits keys and values in order, starting at {@code from} (inclusive), until the visitor returns false. */
    void scan(byte[] from, BiPredicate<byte[], byte[]> visitor);
}
