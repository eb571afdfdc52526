package io.featherwire.classifier.dashboard;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.List;

/**
 * The settings of the dashboard and its warnings.
 *
 * @param enabled whether the page is served
 * @param thumbnails whether the page shows the newest images, which are read from the topic of images
 * @param auditLossAlert the share of audited frames with a changed class above which the page warns, 0..1
 * @param driftAlert the condition for a warning of a sensor's payload sizes
 */
public record DashboardSettings(boolean enabled, boolean thumbnails, double auditLossAlert, DriftAlert driftAlert) {

    private static final Settings GROUP = new Settings();

    private static final Setting<Boolean> ENABLED =
            GROUP.add(Setting.flag("dashboard", "Whether the HTTP server serves the dashboard.")
                    .withDefault("true"));
    private static final Setting<Boolean> THUMBNAILS = GROUP.add(Setting.flag(
                    "dashboard.thumbnails",
                    "Whether the dashboard shows the newest images. The dashboard reads the images from "
                            + "the topic images.")
            .withDefault("false"));
    private static final Setting<Double> AUDIT_LOSS_ALERT = GROUP.add(Setting.decimal(
                    "audit.loss.alert",
                    "Share of audited frames whose class the compression changes. Above this share the "
                            + "dashboard shows a warning.",
                    0,
                    1)
            .withDefault("0.1"));

    static {
        GROUP.addAll(DriftAlert.SETTINGS);
    }

    /** All settings of this class. */
    public static final List<Setting<?>> SETTINGS = GROUP.list();

    /** Reads the settings. */
    public static DashboardSettings from(SettingValues values) {
        return new DashboardSettings(
                values.get(ENABLED), values.get(THUMBNAILS), values.get(AUDIT_LOSS_ALERT), DriftAlert.from(values));
    }
}
