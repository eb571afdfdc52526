package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.List;

/**
 * The condition for a drift warning of a sensor's mean payload size.
 *
 * @param z the minimum difference from the expected mean, in standard errors
 * @param change the minimum relative change, required in addition
 * @param changeAlone the minimum relative change if the bundle has no standard deviation of payload sizes
 */
public record DriftAlert(double z, double change, double changeAlone) {

    private static final Settings GROUP = new Settings();

    private static final Setting<Double> Z = GROUP.add(Setting.decimal(
                    "drift.alert.z",
                    "Warn when a sensor's mean payload size differs from the expected size by more than this "
                            + "number of standard errors.",
                    0,
                    1000)
            .withDefault("4"));
    private static final Setting<Double> CHANGE = GROUP.add(Setting.decimal(
                    "drift.alert.change",
                    "Also required for a warning: the mean differs from the expected size by more than this share.",
                    0,
                    100)
            .withDefault("0.05"));
    private static final Setting<Double> CHANGE_ALONE = GROUP.add(Setting.decimal(
                    "drift.alert",
                    "For bundles without the standard deviation of payload sizes: warn when the mean differs "
                            + "by more than this share.",
                    0,
                    100)
            .withDefault("0.15"));

    static final List<Setting<?>> SETTINGS = GROUP.list();

    static DriftAlert from(SettingValues values) {
        return new DriftAlert(values.get(Z), values.get(CHANGE), values.get(CHANGE_ALONE));
    }
}
