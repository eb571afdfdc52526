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
                    "Backfill: classify the frames of the topic of features from this time on, in a separate application and only with the heads of the setting heads.")
            .optional());
    private static final Setting<Boolean> UNTIL_END = GROUP.add(Setting.flag(
                    "until.end",
                    "With since: stop after the last frame that exists at the start, instead of continuing with new frames.")
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
