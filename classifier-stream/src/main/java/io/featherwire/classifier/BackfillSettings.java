package io.featherwire.classifier;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The frames that a backfill classifies.
 *
 * @param since the start: frames that were compressed at this time or later
 * @param untilEnd whether the backfill ends with the last frame that exists when it starts, instead of continuing with
 *     new frames
 */
record BackfillSettings(Instant since, boolean untilEnd) {

    private static final Settings GROUP = new Settings();

    private static final Setting<Instant> SINCE = GROUP.add(Setting.instant(
                    "since",
                    "Time from which a backfill classifies the frames on the topic features. A backfill "
                            + "is a separate application, and runs only the heads in the directory that the "
                            + "setting heads names.")
            .optional());
    private static final Setting<Boolean> UNTIL_END = GROUP.add(Setting.flag(
                    "until.end",
                    "Whether a backfill (since) stops after the last frame that exists at the start of "
                            + "the backfill. With false the backfill continues with new frames.")
            .withDefault("false"));

    static final List<Setting<?>> SETTINGS = GROUP.list();

    static Optional<BackfillSettings> from(SettingValues values) {
        boolean untilEnd = values.get(UNTIL_END);
        if (untilEnd && values.find(SINCE).isEmpty()) {
            throw new ConfigException(
                    "until.end", "true", "false unless since is set", "set FEATHERWIRE_SINCE, or leave until.end out");
        }
        return values.find(SINCE).map(since -> new BackfillSettings(since, untilEnd));
    }
}
