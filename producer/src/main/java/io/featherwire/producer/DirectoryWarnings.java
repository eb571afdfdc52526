package io.featherwire.producer;

import io.featherwire.datasets.ImageTree;
import java.util.ArrayList;
import java.util.List;

/** Messages about the files that a scan of a directory skipped. */
final class DirectoryWarnings {

    private static final int NAMED = 10;

    private DirectoryWarnings() {}

    static List<String> of(ImageTree tree) {
        List<String> remarks = new ArrayList<>();
        tree.faults().stream()
                .limit(NAMED)
                .forEach(fault -> remarks.add((fault.hides() ? "cannot read " : "skipped ") + fault));
        if (tree.faults().size() > NAMED) {
            remarks.add("… and " + (tree.faults().size() - NAMED) + " more such files or folders");
        }
        if (tree.others().count() > 0) {
            remarks.add(tree.others().toString());
        }
        if (tree.furtherNames() > 0) {
            remarks.add(
                    "skipped further names (links) of files that are sent under another name: " + tree.furtherNames());
        }
        return remarks;
    }
}
