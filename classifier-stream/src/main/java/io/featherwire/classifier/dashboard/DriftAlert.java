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
                    "Maximum difference, in standard errors, between a sensor's mean payload size and "
                            + "the size that the bundle expects. If the difference also exceeds "
                            + "drift.alert.change, the classifier reports the sensor as drifting.",
                    0,
                    1000)
            .withDefault("4"));
    private static final Setting<Double> CHANGE = GROUP.add(Setting.decimal(
                    "drift.alert.change",
                    "Maximum difference, as a share of the expected size, between a sensor's mean "
                            + "payload size and the size that the bundle expects. If the difference also exceeds "
                            + "drift.alert.z, the classifier reports the sensor as drifting.",
                    0,
                    100)
            .withDefault("0.05"));
    private static final Setting<Double> CHANGE_ALONE = GROUP.add(Setting.decimal(
                    "drift.alert",
                    "Maximum difference, as a share of the expected size, for bundles that do not "
                            + "contain the standard deviation of payload sizes. If a sensor's mean payload size "
                            + "differs more from the expected size, the classifier reports the sensor as "
                            + "drifting.",
                    0,
                    100)
            .withDefault("0.15"));

    static final List<Setting<?>> SETTINGS = GROUP.list();

    static DriftAlert from(SettingValues values) {
        return new DriftAlert(values.get(Z), values.get(CHANGE), values.get(CHANGE_ALONE));
    }
}
