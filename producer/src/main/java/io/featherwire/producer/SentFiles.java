package io.featherwire.producer;

import io.featherwire.datasets.ImageTree;
import io.featherwire.datasets.ImageTree.FoundFile;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the files that were sent, each by key, size and modification time. Deleted files are remembered, too, so
 * that a file that reappears is recognised. If there are too many of them, those deleted longest ago are forgotten,
 * except in folders that cannot be read.
 */
final class SentFiles {

    /** Whether a file was sent, judged by its key and path. */
    enum Match {
        /** This version of the file was not sent. */
        NEW,
        /** This version of the file was sent. */
        SENT,
        /** A file of the same size and time was sent under another name or key: its content decides. */
        SAME_SIZE_AND_TIME
    }

    private static final class Entry {
        private final Object key;
        private final long size;
        private final FileTime modified;
        private final @Nullable CaptureKeys keys;
        private Path path;
        private long listed;

        Entry(FoundFile file, @Nullable CaptureKeys keys, long listed) {
            this.key = file.key();
            this.path = file.path();
            this.size = file.size();
            this.modified = file.modified();
            this.keys = keys;
            this.listed = listed;
        }

        boolean hasSizeAndTimeOf(FoundFile file) {
            return size == file.size() && modified.equals(file.modified());
        }
    }

    private final int goneKept;
    private final Map<Object, Entry> byKey = new HashMap<>();
    private final Map<Path, Entry> byPath = new HashMap<>();
    private long looks;
    private int mostListed;

    /** @param goneKept minimum number of deleted files that are remembered */
    SentFiles(int goneKept) {
        this.goneKept = goneKept;
    }

    Match match(FoundFile file) {
        Entry entry = byKey.get(file.key());
        if (entry == null || !entry.hasSizeAndTimeOf(file)) {
            Entry there = byPath.get(file.path());
            return there != null && there.hasSizeAndTimeOf(file) ? matchByContent(there, file) : Match.NEW;
        }
        return entry.path.equals(file.path()) ? markListed(entry) : matchByContent(entry, file);
    }

    /** Whether this content was the last one that was sent under this name, or of this file under another name. */
    boolean isSent(FoundFile file, CaptureKeys keys) {
        Entry renamed = byKey.get(file.key());
        // A file system may give the key of a deleted file to a new file; therefore the digest includes the
        // modification time.
        if (renamed != null && renamed.keys != null && renamed.keys.file() == keys.file()) {
            return true;
        }
        Entry there = byPath.get(file.path());
        return there != null && there.keys != null && there.keys.name() == keys.name();
    }

    /** The capture keys of the files that the last scan listed, and of the files that were added since. */
    Set<Long> existing() {
        Set<Long> existing = new HashSet<>();
        for (Entry entry : byKey.values()) {
            if (entry.keys != null && entry.listed >= looks - 1) {
                existing.addAll(entry.keys.toList());
            }
        }
        return existing;
    }

    /** @param keys the capture keys; null if the file was never read */
    void add(FoundFile file, @Nullable CaptureKeys keys) {
        var entry = new Entry(file, keys, looks);
        Entry before = byKey.put(file.key(), entry);
        if (before != null) {
            byPath.remove(before.path, before);
        }
        byPath.put(file.path(), entry);
    }

    private Match matchByContent(Entry entry, FoundFile file) {
        if (entry.keys != null) {
            return Match.SAME_SIZE_AND_TIME;
        }
        // Its content was never read, so size and time decide: the file existed before the first scan and was renamed.
        add(file, null);
        return Match.SENT;
    }

    private Match markListed(Entry entry) {
        entry.listed = looks;
        return Match.SENT;
    }

    /** Ends a scan. If too many deleted files are remembered, those deleted longest ago are forgotten. */
    void endScan(ImageTree tree) {
        // All files may disappear for a while, when their file system is unmounted.
        mostListed = Math.max(mostListed, tree.files().size());
        int most = Math.max(goneKept, mostListed);
        if (byKey.size() - tree.files().size() > most) {
            List<Entry> gone = new ArrayList<>();
            byKey.values().stream()
                    .filter(entry -> entry.listed < looks && !tree.mayMissImages(entry.path))
                    .forEach(gone::add);
            gone.sort(Comparator.comparingLong(entry -> entry.listed));
            for (Entry entry : gone.subList(0, Math.max(0, gone.size() - most))) {
                byKey.remove(entry.key, entry);
                byPath.remove(entry.path, entry);
            }
        }
        looks++;
    }
}
