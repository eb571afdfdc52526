package io.featherwire.cli.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an export. It is written after each part, so that an interrupted run resumes after the last complete
 * part.
 *
 * @param of the identity of the export: topic, bundle, heads, times; an export with another identity does not resume
 *     this one
 * @param next the offset of the next record, by partition
 * @param parts the number of parts that were written by all runs
 * @param rows the number of rows in these parts
 * @param repeatable the last payload of each sensor that later frames may repeat
 */
record ExportState(
        Map<String, String> of,
        Map<Integer, Long> next,
        int parts,
        long rows,
        @Nullable Map<String, byte[]> repeatable) {

    private static final String FILE = "_export.json";
    private static final JsonMapper MAPPER = new JsonMapper();

    ExportState {
        of = new TreeMap<>(of);
        next = new TreeMap<>(next);
        repeatable = repeatable == null ? Map.of() : new TreeMap<>(repeatable);
    }

    @Override
    public Map<String, byte[]> repeatable() {
        return repeatable == null ? Map.of() : repeatable;
    }

    static Optional<ExportState> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        return Files.isRegularFile(file)
                ? Optional.of(MAPPER.readValue(file.toFile(), ExportState.class))
                : Optional.empty();
    }

    static ExportState parse(String json) throws IOException {
        return MAPPER.readValue(json, ExportState.class);
    }

    String toJson() throws IOException {
        return MAPPER.writeValueAsString(this);
    }

    void write(Path directory) throws IOException {
        Path unfinished = directory.resolve(FILE + ".unfinished");
        MAPPER.writerWithDefaultPrettyPrinter().writeValue(unfinished.toFile(), this);
        Files.move(unfinished, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The file of a part. */
    static Path partFile(Path directory, int number) {
        return directory.resolve(String.format(java.util.Locale.ROOT, "part-%05d.parquet", number));
    }
}
