package io.featherwire.classifier.accuracy;

import org.jspecify.annotations.Nullable;

/** The entries of frames in the store. Each write also updates the counts in memory. */
final class FrameEntries {

    private final LedgerStore store;
    private final CountBuckets buckets;
    private final RecentLabelledFrames lastLabelled;
    private final LedgerExpiry expiry;
    private long size;

    FrameEntries(LedgerStore store, LedgerSettings settings, CountBuckets buckets, RecentLabelledFrames lastLabelled) {
        this.store = store;
        this.buckets = buckets;
        this.lastLabelled = lastLabelled;
        this.expiry = new LedgerExpiry(store, settings, buckets, lastLabelled);
    }

    @Nullable
    FrameEntry read(byte[] key) {
        byte[] value = store.get(key);
        return value == null ? null : LedgerCodec.decodeFrame(value);
    }

    /** Counts an entry that the store already has. */
    void addStored(byte[] key, FrameEntry entry) {
        size++;
        count(key, entry);
    }

    /**
     * Writes an entry.
     *
     * @param old the entry that the new one replaces; null if there is none
     * @return the given outcome
     */
    LedgerOutcome write(byte[] key, @Nullable FrameEntry old, FrameEntry entry, LedgerOutcome outcome) {
        store.put(key, LedgerCodec.encodeFrame(entry));
        if (old == null) {
            size++;
        } else {
            buckets.apply(old, -1);
        }
        count(key, entry);
        return outcome;
    }

    private void count(byte[] key, FrameEntry entry) {
        buckets.apply(entry, 1);
        lastLabelled.put(key, entry);
        expiry.track(entry);
    }

    /** Deletes expired entries, a bounded number in each call. */
    void expire(long now) {
        size -= expiry.run(now, size);
    }

    long size() {
        return size;
    }
}
