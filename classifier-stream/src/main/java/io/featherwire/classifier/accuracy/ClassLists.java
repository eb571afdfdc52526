package io.featherwire.classifier.accuracy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The class names of every bundle that the ledger has met. */
final class ClassLists {
    static final int UNKNOWN = -1;

    private final Map<String, List<String>> names = new HashMap<>();
    private final Map<String, Map<String, Integer>> indexes = new HashMap<>();

    void put(String bundle, List<String> classes) {
        names.put(bundle, List.copyOf(classes));
        var index = new HashMap<String, Integer>();
        for (int i = 0; i < classes.size(); i++) {
            index.put(classes.get(i), i);
        }
        indexes.put(bundle, index);
    }

    boolean has(String bundle) {
        return names.containsKey(bundle);
    }

    boolean hasClass(String name) {
        return indexes.values().stream().anyMatch(index -> index.containsKey(name));
    }

    Map<String, List<String>> all() {
        return Map.copyOf(names);
    }

    /** The label's index in the bundle's class list, or {@link #UNKNOWN}. */
    int indexOf(String bundle, String label) {
        var index = indexes.get(bundle);
        if (index == null) {
            throw new IllegalStateException("bundle " + bundle + " was not announced to the ledger");
        }
        return index.getOrDefault(label, UNKNOWN);
    }
}
