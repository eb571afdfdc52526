package io.featherwire.runtime;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.List;

/**
 * The settings of the scene gate, which detects repeated frames.
 *
 * @param levels the maximum difference of two similar frames, in grey levels of 0..255; 0 turns the gate off
 * @param audit the share of the repeats on which the network runs nevertheless, 0..1
 * @param agreement the required share of frames whose prediction the gate preserves, 0..1
 * @param maxRepeats the maximum number of successive repeats
 */
public record GateSettings(double levels, double audit, double agreement, int maxRepeats) {

    private static final double USUAL_LEVELS = 3;
    private static final double MAX_LEVELS = 64;

    private static final Settings GROUP = new Settings();

    private static final Setting<Double> GATE = GROUP.add(Setting.of(
                    "gate",
                    "Scene gate. The gate sends a frame as a repeat if the frame is similar to the last "
                            + "coded frame of the same sensor; the network does not run on a repeat. The value is "
                            + "off, on (like 3) or the maximum difference, in grey levels of 0 to 255, between "
                            + "similar frames. The gate compares two frames as grey images of 64 x 48 pixels, "
                            + "without margins that the network crops. The difference of two frames is the "
                            + "largest mean difference of a block of 8 x 8 pixels. If the prediction of the coded "
                            + "frame is certain, the maximum difference is up to three times as high; if the "
                            + "prediction is uncertain, the maximum difference is lower.",
                    "off, on or levels from 0 to 64",
                    GateSettings::parse)
            .withDefault("off"));
    private static final Setting<Double> AUDIT = GROUP.add(Setting.decimal(
                    "gate.audit",
                    "Share of the repeats that the gate audits. For an audited repeat, the network runs "
                            + "on the frame, and the gate compares the frame's own prediction with the repeated "
                            + "prediction.",
                    0,
                    1)
            .withDefault("0.02"));
    private static final Setting<Double> AGREEMENT = GROUP.add(Setting.decimal(
                    "gate.agreement",
                    "Required share of frames whose prediction the gate preserves. If the share for a "
                            + "sensor is below the required share with 95 % confidence, the gate repeats none of "
                            + "the sensor's next 1,000 frames.",
                    0,
                    1)
            .withDefault("0.99"));
    private static final Setting<Integer> MAX_REPEATS = GROUP.add(Setting.integer(
                    "gate.repeats.max",
                    "Maximum number of successive repeats of a sensor. A program that begins to read "
                            + "the topic features gets a payload of the sensor after at most this number of "
                            + "frames.",
                    1,
                    1_000_000)
            .withDefault("250"));

    /** All settings of this class. */
    public static final List<Setting<?>> SETTINGS = GROUP.list();

    /** The settings without a gate. */
    public static final GateSettings OFF = new GateSettings(0, 0, 1, 1);

    /** Reads the settings. */
    public static GateSettings from(SettingValues values) {
        return new GateSettings(values.get(GATE), values.get(AUDIT), values.get(AGREEMENT), values.get(MAX_REPEATS));
    }

    public boolean isOn() {
        return levels > 0;
    }

    private static double parse(String text) {
        return switch (text) {
            case "off" -> 0;
            case "on" -> USUAL_LEVELS;
            default -> {
                double levels = Double.parseDouble(text);
                if (!(levels >= 0 && levels <= MAX_LEVELS)) {
                    throw new IllegalArgumentException(text);
                }
                yield levels;
            }
        };
    }
}
