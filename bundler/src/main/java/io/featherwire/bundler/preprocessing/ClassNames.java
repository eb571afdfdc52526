package io.featherwire.bundler.preprocessing;

import io.featherwire.bundler.BundlerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The names of a network's classes: from a file, from a file beside the model, or their numbers. */
public final class ClassNames {

    private ClassNames() {}

    /**
     * Returns unique names by index.
     *
     * @param file the file with one name per line, null for none
     * @param count the number of the network's outputs
     */
    public static List<String> of(Path model, @Nullable Path file, int count) {
        List<String> names = file == null ? HuggingFaceFiles.classes(model).orElse(null) : lines(file);
        if (names == null) {
            return IntStream.range(0, count).mapToObj(String::valueOf).toList();
        }
        if (names.size() != count) {
            throw new BundlerException(
                    "Cannot name the classes of " + model.getFileName() + ": it has " + count + " outputs, "
                            + (file == null ? "config.json beside it" : file) + " has " + names.size()
                            + " names. Give --classes a file with one name per line, in the order of the outputs.");
        }
        return distinct(names);
    }

    private static List<String> lines(Path file) {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            lines.replaceAll(String::strip);
            while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
                lines.remove(lines.size() - 1);
            }
            return lines;
        } catch (IOException e) {
            throw new BundlerException("Cannot read the classes " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes names unique: ImageNet has two classes named crane, and the second is called crane (2). */
    private static List<String> distinct(List<String> names) {
        Set<String> given = new HashSet<>(names);
        Map<String, Integer> seen = new HashMap<>();
        List<String> distinct = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i).isEmpty() ? String.valueOf(i) : names.get(i);
            int times = seen.merge(name, 1, Integer::sum);
            String own = times > 1 ? name + " (" + times + ")" : name;
            while (times > 1 && !given.add(own)) {
                times++;
                own = name + " (" + times + ")";
            }
            distinct.add(own);
        }
        return distinct;
    }
}
