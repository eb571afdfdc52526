package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.Values;
import java.util.List;

/**
 * What the dashboard shows, and when it warns.
 *
 * @param enabled whether the page is served at all
 * @param thumbnails whether the newest images are shown; they are read from the images topic
 * @param auditLossAlert share of frames in which compression changes the class, 0..1, above which to warn
 * @param driftAlert relative change of a sensor's mean payload size above which to warn
 */
public record DashboardSettings(boolean enabled, boolean thumbnails, double auditLossAlert, double driftAlert) {

    private static final Setting<Boolean> ENABLED =
            Setting.flag("dashboard", "Whether the live page is served.").withDefault("true");
    private static final Setting<Boolean> THUMBNAILS = Setting.flag(
                    "dashboard.thumbnails", "Whether the page shows the newest images, read from the images topic.")
            .withDefault("false");
    private static final Setting<Double> AUDIT_LOSS_ALERT = Setting.decimal(
                    "audit.loss.alert",
                    "Warn when compression changes the class of more than this share of frames.",
                    0,
                    1)
            .withDefault("0.1");
    private static final Setting<Double> DRIFT_ALERT = Setting.decimal(
                    "drift.alert", "Warn when a sensor's mean payload size differs by more than this share.", 0, 100)
            .withDefault("0.15");

    /** Its settings. */
    public static final List<Setting<?>> SETTINGS = List.of(ENABLED, THUMBNAILS, AUDIT_LOSS_ALERT, DRIFT_ALERT);

    /** Reads them. */
    public static DashboardSettings from(Values values) {
        return new DashboardSettings(
                values.get(ENABLED), values.get(THUMBNAILS), values.get(AUDIT_LOSS_ALERT), values.get(DRIFT_ALERT));
    }
}
