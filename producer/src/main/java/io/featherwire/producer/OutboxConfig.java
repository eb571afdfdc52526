package io.featherwire.producer;

import io.featherwire.producer.outbox.OutboxException;
import io.featherwire.producer.outbox.OutboxSettings;
import io.featherwire.producer.outbox.OverflowPolicy;
import io.featherwire.producer.outbox.SyncPolicy;
import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The settings of an outbox's size, and of what happens when it is full. */
final class OutboxConfig {

    private static final int MOST_STEPS = 3;
    private static final Settings GROUP = new Settings();

    private static final Setting<Path> OUTBOX = GROUP.add(Setting.path(
            "outbox", "Directory of the outbox, the store on disk for frames that wait for a connection."));
    private static final Setting<DataSize> MAX_BYTES = GROUP.add(Setting.size(
                    "outbox.bytes.max",
                    "Maximum size of all files of the outbox together. The minimum for this setting is "
                            + "4.7 MiB + 3 x image.bytes.max.",
                    DataSize.ofMebibytes(5),
                    DataSize.ofMebibytes(1L << 20))
            .withDefault("256MiB"));
    private static final Setting<Duration> MAX_AGE = GROUP.add(Setting.duration(
                    "outbox.age.max",
                    "Maximum age of a frame in the outbox. The outbox drops older frames and counts "
                            + "them in a gap record.",
                    Duration.ofMinutes(1),
                    Duration.ofDays(3650))
            .withDefault("7d"));
    private static final Setting<OverflowPolicy> FULL = GROUP.add(Setting.choice(
                    "outbox.full",
                    "Which frames a full outbox drops. With oldest, the outbox drops the oldest frames. "
                            + "With newest, the outbox does not store new frames. With thin, the outbox keeps "
                            + "every n-th frame of each sensor. With coarser, new frames get smaller payloads "
                            + "while the outbox is 50, 70 and 85 % full, and a full outbox drops the oldest "
                            + "frames; the smaller payloads have two thirds, a half and a third of the bytes as "
                            + "their target, or come from outbox.coarser.bundles.",
                    OverflowPolicy.class)
            .withDefault("oldest"));
    private static final Setting<List<Path>> COARSER_BUNDLES = GROUP.add(Setting.list(Setting.path(
                    "outbox.coarser.bundles",
                    "Directories of one to three bundles of the same network, with smaller payloads. "
                            + "With outbox.full=coarser, each step of lower quality uses one of these bundles "
                            + "instead of a smaller target size. Give classifiers these bundles, too."))
            .optional());
    private static final Setting<SyncPolicy> SYNC = GROUP.add(Setting.choice(
                    "outbox.sync",
                    "When the device syncs the outbox to disk. With full, the device syncs after each "
                            + "batch of frames. With normal, the device syncs from time to time, so a power cut "
                            + "may lose the newest frames without a gap record. With full and with normal, a "
                            + "killed process loses no frame.",
                    SyncPolicy.class)
            .withDefault("full"));

    /** All settings of this class. */
    static final List<Setting<?>> SETTINGS = GROUP.list();

    private OutboxConfig() {}

    /** @param largest the maximum size of a record */
    static OutboxSettings from(SettingValues values, DataSize largest) {
        try {
            return new OutboxSettings(
                    values.get(OUTBOX),
                    values.get(MAX_BYTES),
                    values.get(MAX_AGE),
                    values.get(FULL),
                    values.get(SYNC),
                    largest);
        } catch (OutboxException e) {
            throw new ConfigException(
                    "outbox.bytes.max",
                    String.valueOf(e.getMessage()),
                    "large enough for the largest image",
                    "raise it, or lower image.bytes.max");
        }
    }

    /** The directories of bundles of lower quality; empty if one bundle serves all quality steps. */
    static List<Path> coarserBundles(SettingValues values) {
        List<Path> bundles = values.find(COARSER_BUNDLES).orElse(List.of());
        if (bundles.size() > MOST_STEPS || !bundles.isEmpty() && values.get(FULL) != OverflowPolicy.COARSER) {
            throw new ConfigException(
                    "outbox.coarser.bundles",
                    bundles.size() + " bundles with outbox.full="
                            + values.get(FULL).name().toLowerCase(Locale.ROOT),
                    "one to three bundles, with outbox.full=coarser",
                    "set outbox.full=coarser, or leave out outbox.coarser.bundles");
        }
        return bundles;
    }
}
