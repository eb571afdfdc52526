package io.featherwire.evaluation.utility;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an incomplete measurement, in a file with one line of JSON per step. The file name depends on data and
 * options. An interrupted run resumes after the last complete line.
 */
final class MeasurementJournal implements AutoCloseable {

    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * The result of one step of a measurement.
     *
     * @param coding the result of a coding; null if the step measured the head of all classes
     * @param label the result of the head of all classes with one codec; null if the step measured a coding
     * @param seconds the duration of all steps up to this one, in seconds
     */
    record Step(@Nullable Measured coding, AllClassesResult.@Nullable Row label, double seconds) {}

    /**
     * The result of one coding.
     *
     * @param row the row of the report
     * @param outcome the losses by image
     * @param heads the outcomes of the heads with all images, then of the few-shot heads; empty for codings other than
     *     float features
     */
    record Measured(UtilityRow row, EqualLossSavings.ImageLosses outcome, List<Heads> heads) {
        Measured {
            heads = List.copyOf(heads);
        }
    }

    /**
     * {@link HeadOutcomes} with losses in double precision, which JSON holds without rounding.
     *
     * @param ranks [heads][images]
     * @param losses [heads][images]
     * @param strength L2 strength of the heads
     */
    record Heads(int[][] ranks, double[][] losses, double strength) {

        static Heads of(HeadOutcomes outcomes) {
            double[][] losses = new double[outcomes.losses().length][];
            for (int head = 0; head < losses.length; head++) {
                float[] own = outcomes.losses()[head];
                losses[head] = new double[own.length];
                for (int i = 0; i < own.length; i++) {
                    losses[head][i] = own[i];
                }
            }
            return new Heads(outcomes.ranks(), losses, outcomes.strength());
        }

        HeadOutcomes outcomes() {
            float[][] single = new float[losses.length][];
            for (int head = 0; head < losses.length; head++) {
                single[head] = new float[losses[head].length];
                for (int i = 0; i < single[head].length; i++) {
                    single[head][i] = (float) losses[head][i];
                }
            }
            return new HeadOutcomes(ranks, single, strength);
        }
    }

    private final @Nullable Path file;
    private final @Nullable FileChannel channel;
    private final List<Step> steps = new ArrayList<>();

    private MeasurementJournal(@Nullable Path file, @Nullable FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the rows of an interrupted run, or creates an empty file.
     *
     * @param directory the directory in which rows are kept; null to keep none
     * @param key the key of data and options, see {@link MeasurementKey}
     */
    static MeasurementJournal open(@Nullable Path directory, String key) throws IOException {
        if (directory == null) {
            return new MeasurementJournal(null, null);
        }
        Path file = Files.createDirectories(directory).resolve(key + ".rows");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(channel)) {
            // Another process runs the same measurement and keeps the rows.
            channel.close();
            return new MeasurementJournal(null, null);
        }
        MeasurementJournal rows = new MeasurementJournal(file, channel);
        rows.readWholeLines();
        return rows;
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Reads up to the first line that is damaged or cut off, and removes the rest. */
    private void readWholeLines() throws IOException {
        FileChannel open = requireNonNull(channel);
        byte[] all = Files.readAllBytes(requireNonNull(file));
        int whole = 0;
        for (int at = 0; at < all.length; at++) {
            if (all[at] != '\n') {
                continue;
            }
            try {
                steps.add(MAPPER.readValue(all, whole, at - whole, Step.class));
            } catch (JsonProcessingException e) {
                break;
            }
            whole = at + 1;
        }
        open.truncate(whole);
        open.position(whole);
    }

    /** The steps of earlier runs and of this one. */
    List<Step> steps() {
        return List.copyOf(steps);
    }

    @Nullable
    Path file() {
        return file;
    }

    void add(Step step) throws IOException {
        steps.add(step);
        if (channel == null) {
            return;
        }
        ByteBuffer line = ByteBuffer.wrap((MAPPER.writeValueAsString(step) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    /** Deletes the file: the measurement is complete. */
    void delete() throws IOException {
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
