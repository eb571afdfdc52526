package io.featherwire.cli.head;

import java.util.Set;

/**
 * Selects the labels that a head is trained on.
 *
 * @param head the name of the head; labels for other heads are ignored
 * @param classes the names of its classes; empty for all classes of the labels
 */
public record LabelFilter(String head, Set<String> classes) {
    public LabelFilter {
        classes = Set.copyOf(classes);
    }

    boolean hasClass(String label) {
        return classes.isEmpty() || classes.contains(label);
    }
}
