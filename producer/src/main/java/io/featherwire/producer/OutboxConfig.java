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

    private static final Setting<Path> OUTBOX = GROUP.add(Setting.path("outbox", "Directory of the outbox."));
    private static final Setting<DataSize> MAX_BYTES = GROUP.add(Setting.size(
                    "outbox.bytes.max",
                    "Maximum size of all files of the outbox; at least 4.7 MiB + 3 x image.bytes.max.",
                    DataSize.ofMebibytes(5),
                    DataSize.ofMebibytes(1L << 20))
            .withDefault("256MiB"));
    private static final Setting<Duration> MAX_AGE = GROUP.add(Setting.duration(
                    "outbox.age.max",
                    "Maximum age of a frame; older frames are dropped and counted in a gap record.",
                    Duration.ofMinutes(1),
                    Duration.ofDays(3650))
            .withDefault("7d"));
    private static final Setting<OverflowPolicy> FULL = GROUP.add(Setting.choice(
                    "outbox.full",
                    "Which frames a full outbox drops: the oldest, the newest (new frames are not stored), or"
                            + " all but every n-th of each sensor (thin). With coarser, new frames get smaller payloads"
                            + " while the outbox is 50, 70 and 85 % full (two thirds, a half and a third of the bytes, "
                            + "or by outbox.coarser.bundles), and a full outbox drops the oldest.",
                    OverflowPolicy.class)
            .withDefault("oldest"));
    private static final Setting<List<Path>> COARSER_BUNDLES = GROUP.add(Setting.list(Setting.path(
                    "outbox.coarser.bundles",
                    "Directories of one to three bundles of the same network with smaller payloads, which "
                            + "outbox.full=coarser uses for its steps, instead of a smaller target for the size. Classifiers "
                            + "need these bundles, too."))
            .optional());
    private static final Setting<SyncPolicy> SYNC = GROUP.add(Setting.choice(
                    "outbox.sync",
                    "When the outbox is synced to disk: full syncs each batch of frames; normal syncs from "
                            + "time to time, so that a power cut may lose the newest frames without a gap record. With "
                            + "both, a killed process loses no frame.",
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
