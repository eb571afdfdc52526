package io.featherwire.classifier.accuracy;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The ordered key-value store under a ledger. Keys compare as unsigned bytes.
 *
 * <p>The ledger requires that after a crash the surviving writes are a prefix of all writes.
 */
public interface LedgerStore {
    /** The value, or null. */
    byte @Nullable [] get(byte[] key);

    /** Sets a value. */
    void put(byte[] key, byte[] value);

    /** Removes a key. */
    void delete(byte[] key);

    /** Visits keys and values in order, starting at {@code from} (inclusive), until the visitor returns false. */
    void scan(byte[] from, BiPredicate<byte[], byte[]> visitor);
}
