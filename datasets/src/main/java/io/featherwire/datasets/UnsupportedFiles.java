package io.featherwire.datasets;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Files beside images that are skipped because their format is not supported. Hidden files do not count.
 *
 * @param kinds counts by extension, in lower case and with the dot; the empty string stands for files without an
 *     extension
 */
public record UnsupportedFiles(Map<String, Kind> kinds) {

    /** Stands for no files. */
    public static final UnsupportedFiles NONE = new UnsupportedFiles(Map.of());

    private static final int NAMED = 3;
    private static final int KINDS = 8;

    /**
     * @param count number of files
     * @param names names of the first files
     */
    public record Kind(int count, List<String> names) {

        public Kind {
            names = List.copyOf(names);
        }
    }

    public UnsupportedFiles {
        kinds = Map.copyOf(kinds);
    }

    public int count() {
        return kinds.values().stream().mapToInt(Kind::count).sum();
    }

    private static Kind plus(Kind some, Kind more) {
        List<String> names = new ArrayList<>(some.names());
        names.addAll(more.names());
        return new Kind(some.count() + more.count(), names.subList(0, Math.min(NAMED, names.size())));
    }

    /**
     * Formats a remark such as {@code 4 files skipped, not .jpg, .jpeg or .png: 3 .webp (a.webp, b.webp, c.webp), 1
     * .txt (n.txt)}.
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        kinds.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Kind>>comparingInt(
                                entry -> -entry.getValue().count())
                        .thenComparing(Map.Entry::getKey))
                .limit(KINDS)
                .forEach(entry -> {
                    Kind kind = entry.getValue();
                    String extension = entry.getKey().isEmpty() ? "without an extension" : entry.getKey();
                    String more = kind.count() > kind.names().size() ? ", …" : "";
                    parts.add("%s %s (%s%s)"
                            .formatted(
                                    Integer.toString(kind.count()), extension, String.join(", ", kind.names()), more));
                });
        if (kinds.size() > KINDS) {
            parts.add("and " + (kinds.size() - KINDS) + " further kinds");
        }
        return "%s %s skipped, not .jpg, .jpeg or .png: %s"
                .formatted(Integer.toString(count()), count() == 1 ? "file" : "files", String.join(", ", parts));
    }

    /** Counts files by extension. */
    static final class Counter {

        private final Map<String, Kind> kinds = new TreeMap<>();

        void add(Path file) {
            String name = String.valueOf(file.getFileName());
            if (!name.startsWith(".")) {
                kinds.merge(extension(name), new Kind(1, List.of(FileNames.printable(name))), UnsupportedFiles::plus);
            }
        }

        UnsupportedFiles result() {
            return kinds.isEmpty() ? NONE : new UnsupportedFiles(kinds);
        }

        private static String extension(String name) {
            int dot = name.lastIndexOf('.');
            return dot < 0 ? "" : FileNames.printable(name.substring(dot).toLowerCase(Locale.ROOT));
        }
    }
}
