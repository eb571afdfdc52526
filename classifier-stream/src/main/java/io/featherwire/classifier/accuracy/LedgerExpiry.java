package io.featherwire.classifier.accuracy;

import java.util.ArrayList;

/** Deletes the expired entries of a ledger; each call scans a share of the entries. */
final class LedgerExpiry {
    private static final int AT_LEAST = 100;

    private final LedgerStore store;
    private final LedgerSettings settings;
    private final CountBuckets buckets;
    private final RecentLabelledFrames lastLabelled;
    private byte[] from = LedgerKeys.firstFrameKey();
    private long sweptAt = Long.MIN_VALUE;

    /** A lower bound of the newest times of all entries. Nothing can be deleted until it is old enough. */
    private long oldest = Long.MAX_VALUE;

    private long oldestOfRound = Long.MAX_VALUE;

    LedgerExpiry(LedgerStore store, LedgerSettings settings, CountBuckets buckets, RecentLabelledFrames lastLabelled) {
        this.store = store;
        this.settings = settings;
        this.buckets = buckets;
        this.lastLabelled = lastLabelled;
    }

    /** Records an entry that was written, or that was in the store at the start. */
    void track(FrameEntry entry) {
        oldest = Math.min(oldest, entry.newestTime());
        oldestOfRound = Math.min(oldestOfRound, entry.newestTime());
    }

    /**
     * Scans the next share of the entries and deletes the expired ones. A complete scan takes a quarter of the wait for
     * labels.
     *
     * @param frames the number of entries in the store
     * @return the number of deleted entries
     */
    int run(long now, long frames) {
        long since = sweptAt == Long.MIN_VALUE ? 0 : Math.max(0, now - sweptAt);
        sweptAt = now;
        if (oldest > expiryCutoff(now)) {
            return 0;
        }
        long share = Math.max(AT_LEAST, Math.min(frames, 4 * frames * since / settings.waitMs()));
        var old = new ArrayList<byte[]>();
        var looked = new long[1];
        byte[] start = from;
        from = LedgerKeys.firstFrameKey();
        store.scan(start, (key, value) -> {
            if (looked[0]++ == share) {
                from = key;
                return false;
            }
            var entry = LedgerCodec.decodeFrame(value);
            if (!lastLabelled.has(key) && isOld(entry, now)) {
                old.add(key);
            } else {
                oldestOfRound = Math.min(oldestOfRound, entry.newestTime());
            }
            return true;
        });
        if (looked[0] <= share) {
            oldest = oldestOfRound;
            oldestOfRound = Long.MAX_VALUE;
        }
        old.forEach(store::delete);
        return old.size();
    }

    private boolean isOld(FrameEntry entry, long now) {
        return !buckets.isOpen(entry.newestTime()) && entry.newestTime() <= expiryCutoff(now);
    }

    private long expiryCutoff(long now) {
        return now - 2 * settings.waitMs();
    }
}
