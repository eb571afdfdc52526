package io.featherwire.producer;

import io.featherwire.datasets.FileNames;
import io.featherwire.datasets.ImageTree;
import io.featherwire.datasets.ImageTree.FoundFile;
import io.featherwire.datasets.UnsupportedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts the files of a watched directory that cannot be sent. Each problem is logged when it begins and when
 * it ends.
 */
final class WatchWarnings {

    private static final Logger LOG = LoggerFactory.getLogger(WatchWarnings.class);

    /** Maximum number of log lines per scan; further files are counted. */
    private static final int LINES = 10;

    private static final int KINDS = 100;

    private final Path root;
    private final Set<String> kinds = new HashSet<>();
    private final Map<Object, String> unread = new HashMap<>();
    private Map<Path, ImageTree.Fault> faults = Map.of();
    private @Nullable ImageTree last;
    private long missed;
    private String firstMissed = "";
    private long unchanged;
    private int lines;

    WatchWarnings(Path root) {
        this.root = root;
    }

    /** Logs that a file cannot be read, once for each reason. */
    void warnUnreadable(FoundFile file, String reason) {
        if (!reason.equals(unread.put(file.key(), reason))) {
            warn("cannot read {}: {}; each scan tries again", file.path(), reason);
        }
    }

    /** Whether the last attempt to read the file with this key failed. */
    boolean isUnreadable(Object key) {
        return unread.containsKey(key);
    }

    void onRead(FoundFile file) {
        if (unread.remove(file.key()) != null) {
            LOG.info("{} can be read again", relativeName(file.path()));
        }
    }

    /** Counts a file that disappeared before it was sent. */
    void countMissed(FoundFile file) {
        if (missed++ == 0) {
            firstMissed = relativeName(file.path());
            LOG.warn(
                    "{} was removed or replaced before it was unchanged for one interval; shorten "
                            + "watch.interval, or keep files longer",
                    firstMissed);
        }
    }

    /** Counts a file that was renamed, or written again with the content that was sent. */
    void countUnchanged(FoundFile file) {
        if (unchanged++ == 0) {
            LOG.info(
                    "{} was renamed, or written again with the content that was sent: not sent again",
                    relativeName(file.path()));
        }
    }

    void afterScan(ImageTree tree) {
        last = tree;
        lines = 0;
        Map<Path, ImageTree.Fault> now =
                tree.faults().stream().collect(Collectors.toMap(ImageTree.Fault::path, fault -> fault, (a, b) -> a));
        now.forEach((path, fault) -> {
            if (!fault.equals(faults.get(path))) {
                warn(
                        fault.hides() ? "cannot read {}: {}; each scan tries again" : "skipped {}: {}",
                        path,
                        fault.reason());
            }
        });
        faults.forEach((path, fault) -> {
            if (fault.hides() && !now.containsKey(path) && !tree.mayMissImages(path)) {
                LOG.info("{} can be read again, or was removed", relativeName(path));
            }
        });
        faults = now;
        if (lines > LINES) {
            LOG.warn("… and {} more files or folders that cannot be read", lines - LINES);
        }
        Set<Object> there = tree.files().stream().map(FoundFile::key).collect(Collectors.toSet());
        if (now.values().stream().noneMatch(ImageTree.Fault::hides)) {
            unread.keySet().retainAll(there);
        }
        warnOfUnsupported(tree.others());
    }

    private void warnOfUnsupported(UnsupportedFiles others) {
        others.kinds().forEach((extension, kind) -> {
            if (kinds.size() < KINDS && kinds.add(extension)) {
                LOG.warn("{}", new UnsupportedFiles(Map.of(extension, kind)));
            }
        });
    }

    private void warn(String format, Path path, String reason) {
        if (++lines <= LINES) {
            LOG.warn(format, relativeName(path), reason);
        }
    }

    private String relativeName(Path path) {
        return path.equals(root) ? FileNames.printable(root) : FileNames.printable(root.relativize(path));
    }

    long unreadable() {
        return unread.size()
                + faults.values().stream().filter(ImageTree.Fault::hides).count();
    }

    List<String> remarks() {
        List<String> remarks = new ArrayList<>(last == null ? List.of() : DirectoryWarnings.of(last));
        if (!unread.isEmpty()) {
            remarks.add("files that could not be read to the end: " + unread.size());
        }
        if (missed > 0) {
            remarks.add("files that were removed or replaced before they were unchanged for one interval: " + missed
                    + ", first " + firstMissed);
        }
        if (unchanged > 0) {
            remarks.add("files that were renamed, or written again with the content that was sent, and not sent again: "
                    + unchanged);
        }
        return remarks;
    }
}
