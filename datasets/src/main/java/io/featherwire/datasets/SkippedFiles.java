package io.featherwire.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects the files and folders that a data set skips. */
final class SkippedFiles {

    private static final int NAMED = 10;

    private final List<String> remarks = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();
    private final UnsupportedFiles.Counter others = new UnsupportedFiles.Counter();

    void addRemark(String sentence) {
        remarks.add(sentence);
    }

    /** Records a folder that cannot be listed. */
    void addUnreadable(Path folder, Exception why) {
        unreadable.add(FileNames.reasonOf(folder, why));
    }

    /** Records a file without an image extension. */
    void addOther(Path file) {
        others.add(file);
    }

    /** The folders that cannot be read, with the reasons. */
    List<String> unreadable() {
        return unreadable;
    }

    List<String> remarks() {
        List<String> all = new ArrayList<>();
        unreadable.stream().limit(NAMED).forEach(folder -> all.add("cannot read " + folder));
        if (unreadable.size() > NAMED) {
            all.add("… and " + (unreadable.size() - NAMED) + " further folders that cannot be read");
        }
        all.addAll(remarks.subList(0, Math.min(NAMED, remarks.size())));
        if (remarks.size() > NAMED) {
            all.add("… and " + (remarks.size() - NAMED) + " further remarks");
        }
        UnsupportedFiles counted = others.result();
        if (counted.count() > 0) {
            all.add(counted.toString());
        }
        return all;
    }
}
