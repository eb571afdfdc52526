package io.featherwire.classifier.accuracy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The heads that the ledger knows, with their class names. */
final class HeadClassNames {
    static final int UNKNOWN = -1;

    private final Map<String, CountedHead> heads = new HashMap<>();
    private final Map<String, Map<String, Integer>> indexes = new HashMap<>();

    void put(CountedHead head) {
        heads.put(head.fingerprint(), head);
        var index = new HashMap<String, Integer>();
        for (int i = 0; i < head.classes().size(); i++) {
            index.put(head.classes().get(i), i);
        }
        indexes.put(head.fingerprint(), index);
    }

    /** The head with this fingerprint, or null. */
    @Nullable
    CountedHead find(String fingerprint) {
        return heads.get(fingerprint);
    }

    boolean hasClass(String name) {
        return indexes.values().stream().anyMatch(index -> index.containsKey(name));
    }

    Map<String, CountedHead> all() {
        return Map.copyOf(heads);
    }

    /** The further heads of a bundle. */
    List<CountedHead> headsOf(String bundle) {
        return heads.values().stream()
                .filter(head -> bundle.equals(head.trunk()))
                .toList();
    }

    /** The index of a label in the class list of a head, or {@link #UNKNOWN}. */
    int indexOf(String fingerprint, String label) {
        var index = indexes.get(fingerprint);
        if (index == null) {
            throw new IllegalStateException("the ledger does not know the classes of head " + fingerprint);
        }
        return index.getOrDefault(label, UNKNOWN);
    }

    /**
     * Whether a label counts for a head: the head must have the class, and if the label names a head, it must name this
     * one.
     */
    boolean accepts(String fingerprint, FrameLabel label) {
        if (indexOf(fingerprint, label.name()) == UNKNOWN) {
            return false;
        }
        var named = label.head();
        var head = heads.get(fingerprint);
        return named == null || head != null && head.hasNameOrFingerprint(named);
    }
}
