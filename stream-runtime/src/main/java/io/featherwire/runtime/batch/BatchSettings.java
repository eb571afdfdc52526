package io.featherwire.runtime.batch;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.time.Duration;
import java.util.List;

/**
 * The settings of micro-batching.
 *
 * @param size the maximum number of records in all concurrent batches together
 * @param linger the maximum time that a record waits for others while the network is idle
 * @param prepareThreads the number of threads that prepare records ahead; with 0, the processing thread prepares them
 * @param runs the number of concurrent batches; each has an equal share of {@code size}
 * @param memory the memory budget for records between the brokers and inference
 */
public record BatchSettings(int size, Duration linger, int prepareThreads, int runs, DataSize memory) {

    private static final Settings GROUP = new Settings();

    public static final Setting<Integer> SIZE = GROUP.add(Setting.integer(
                    "batch.size",
                    "Maximum number of frames that run through the network together (micro-batch).",
                    1,
                    4096)
            .withDefault("32"));
    public static final Setting<Duration> LINGER = GROUP.add(Setting.duration(
                    "batch.linger",
                    "Maximum time that a frame waits for a full micro-batch while the network is idle.",
                    Duration.ZERO,
                    Duration.ofMinutes(1))
            .withDefault("20ms"));
    public static final Setting<Integer> PREPARE_THREADS = GROUP.add(Setting.integer(
                    "prepare.threads",
                    "Number of threads that decode frames before the network runs. By default the "
                            + "stream has one such thread for each core.",
                    0,
                    1024)
            .optional());
    public static final Setting<DataSize> MEMORY = GROUP.add(Setting.size(
                    "memory.budget",
                    "Maximum memory for frames that wait for the network: half of the memory for "
                            + "pending frames, a quarter for frames that Kafka Streams buffers, a quarter for "
                            + "decoded frames. The default is a quarter of the maximum heap (-Xmx).",
                    DataSize.ofMebibytes(1),
                    DataSize.ofMebibytes(1 << 20))
            .optional());

    public static final List<Setting<?>> SETTINGS = GROUP.list();
    private static final int PART_OF_HEAP = 4;

    public BatchSettings {
        requireNonNull(memory, "memory");
        if (size < 1 || linger.isNegative() || prepareThreads < 0 || runs < 1) {
            throw new IllegalArgumentException(
                    "size " + size + ", linger " + linger + ", threads " + prepareThreads + ", runs " + runs);
        }
    }

    /** Settings with the default memory budget, a quarter of the heap. */
    public BatchSettings(int size, Duration linger, int prepareThreads, int runs) {
        this(size, linger, prepareThreads, runs, partOfHeap());
    }

    /** Settings with one batch at a time. */
    public BatchSettings(int size, Duration linger, int prepareThreads) {
        this(size, linger, prepareThreads, 1);
    }

    public BatchSettings withRuns(int other) {
        return new BatchSettings(size, linger, prepareThreads, other, memory);
    }

    public static BatchSettings from(SettingValues values) {
        return new BatchSettings(
                values.get(SIZE),
                values.get(LINGER),
                values.find(PREPARE_THREADS).orElse(Runtime.getRuntime().availableProcessors()),
                1,
                values.find(MEMORY).orElseGet(BatchSettings::partOfHeap));
    }

    private static DataSize partOfHeap() {
        return new DataSize(Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /** The maximum number of records in one run. */
    int runSize() {
        return (size + runs - 1) / runs;
    }

    /**
     * The maximum number of pending records of a partition: one batch in the network and the next batch in preparation.
     */
    int pendingSlots() {
        return 2 * size;
    }
}
