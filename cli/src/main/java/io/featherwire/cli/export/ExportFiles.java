package io.featherwire.cli.export;

import io.featherwire.cli.console.CommandException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files of an exported table. The table is either one file, whose name ends in {@code .parquet}, or a directory of
 * parts. The parts of one file are written to a directory beside it and joined at the end; the file's own properties
 * then store the progress of the export.
 *
 * @param out the file or the directory
 * @param oneFile whether the table is one file
 */
record ExportFiles(Path out, boolean oneFile) {

    static final String SUFFIX = ".parquet";
    private static final String STATE = "featherwire.export";

    /** Chooses between file and directory by the name. An existing directory remains a directory whatever its name. */
    static ExportFiles of(Path out) {
        if (Files.isRegularFile(out) && !hasFileName(out)) {
            throw new CommandException("Cannot write the table to " + out + ": it is a file whose name does not end in "
                    + SUFFIX + ". Give --out a file of such a name, or a directory.");
        }
        return new ExportFiles(out, hasFileName(out) && !Files.isDirectory(out));
    }

    private static boolean hasFileName(Path out) {
        return out.toString().toLowerCase(java.util.Locale.ROOT).endsWith(SUFFIX);
    }

    /** The directory of the parts and of the export's state. */
    Path parts() {
        return oneFile ? out.resolveSibling(out.getFileName() + ".parts") : out;
    }

    /** The state of an earlier run; empty if there is none or its table no longer exists. */
    Optional<ExportState> state() throws IOException {
        Optional<ExportState> joined = readJoinedState();
        Optional<ExportState> waiting =
                ExportState.read(parts()).filter(state -> oneFile ? hasAllParts(state, joined) : true);
        if (oneFile && joined.isEmpty() && Files.exists(out)) {
            throw new CommandException("Cannot write the table to " + out
                    + ": the file exists and is not an export of features. Give --out another name.");
        }
        return waiting.or(() -> joined);
    }

    private boolean hasAllParts(ExportState state, Optional<ExportState> joined) {
        int first = joined.map(ExportState::parts).orElse(0);
        return state.parts() <= first || Files.exists(ExportState.partFile(parts(), first));
    }

    private Optional<ExportState> readJoinedState() throws IOException {
        if (!oneFile || !Files.isRegularFile(out)) {
            return Optional.empty();
        }
        String state = JoinedParquetFile.properties(out).get(STATE);
        return state == null ? Optional.empty() : Optional.of(ExportState.parse(state));
    }

    /** Joins the existing file and the new parts into one file; does nothing for a directory. */
    void finish(ExportState state, FeatureTableSchema table) throws IOException {
        if (!oneFile) {
            return;
        }
        Optional<ExportState> joined = readJoinedState();
        if (joined.isEmpty() || !joined.get().toJson().equals(state.toJson())) {
            List<Path> pieces = new ArrayList<>();
            joined.ifPresent(there -> pieces.add(out));
            for (int part = joined.map(ExportState::parts).orElse(0); part < state.parts(); part++) {
                pieces.add(ExportState.partFile(parts(), part));
            }
            Map<String, String> properties = new HashMap<>(table.properties());
            properties.put(STATE, state.toJson());
            JoinedParquetFile.write(out, pieces, table.schema(), properties);
        }
        try (Stream<Path> left = Files.list(parts())) {
            left.forEach(ExportFiles::delete);
        }
        Files.delete(parts());
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
