package io.featherwire.cli.head;

import java.util.Set;

/**
 * Which labels a head is trained on.
 *
 * @param head its name: labels that name another head are not for it
 * @param classes names of its classes, empty for every class that there are labels of
 */
public record LabelFilter(String head, Set<String> classes) {
    /** Names are copied. */
    public LabelFilter {
        classes = Set.copyOf(classes);
    }

    boolean hasClass(String label) {
        return classes.isEmpty() || classes.contains(label);
    }
}
