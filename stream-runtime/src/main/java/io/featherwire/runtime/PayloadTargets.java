package io.featherwire.runtime;

import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The target sizes of payloads, in bytes; 0 means no target. The target of a frame depends on its sensor alone.
 *
 * @param general the target of sensors that have no target of their own
 * @param bySensor the targets of single sensors, by sensor id; these replace the general target
 */
public record PayloadTargets(int general, Map<String, Integer> bySensor) {

    private static final int MAX_BYTES = 1_000_000;

    private static final Settings GROUP = new Settings();

    private static final Setting<Integer> GENERAL = GROUP.add(Setting.integer(
                    "payload.bytes.target",
                    "Target size of an entropy-coded payload, in bytes. If a payload would be larger "
                            + "than the target, the compressor quantises the code more coarsely. With 0 payloads "
                            + "have no target size.",
                    0,
                    MAX_BYTES)
            .withDefault("0"));
    private static final Setting<Map<String, Integer>> BY_SENSOR = GROUP.add(Setting.of(
                    "payload.bytes.target.sensors",
                    "Target sizes of the payloads of single sensors, such as gate-3=64,yard-7=32. The "
                            + "target of a sensor in the list replaces payload.bytes.target; with 0 the payloads "
                            + "of the sensor have no target size. A sensor id in the list must equal the sensor's "
                            + "id exactly. A sensor id in the list may contain any character except a comma and "
                            + "=, and must not begin or end with a space.",
                    "a list, separated by commas, each SENSOR=BYTES, with each sensor once and BYTES from 0 to "
                            + MAX_BYTES,
                    PayloadTargets::parse)
            .optional());

    /** All settings of this class. */
    public static final List<Setting<?>> SETTINGS = GROUP.list();

    /** No target for any sensor. */
    public static final PayloadTargets NONE = new PayloadTargets(0, Map.of());

    public PayloadTargets {
        bySensor = Map.copyOf(bySensor);
    }

    /** Reads the settings. */
    public static PayloadTargets from(SettingValues values) {
        return new PayloadTargets(values.get(GENERAL), values.find(BY_SENSOR).orElse(Map.of()));
    }

    /** The target of a sensor, in bytes; 0 for none. */
    public int of(String sensorId) {
        return bySensor.getOrDefault(sensorId, general);
    }

    /** The largest target, in bytes; 0 if no sensor has a target. */
    public int largestTarget() {
        return Stream.concat(Stream.of(general), bySensor.values().stream())
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    private static Map<String, Integer> parse(String text) {
        Map<String, Integer> targets = new HashMap<>();
        for (String item : text.split(",", -1)) {
            int at = item.indexOf('=');
            String sensor = at < 0 ? "" : item.substring(0, at).strip();
            int bytes = Integer.parseInt(item.substring(at + 1).strip());
            if (sensor.isEmpty() || bytes < 0 || bytes > MAX_BYTES || targets.put(sensor, bytes) != null) {
                throw new IllegalArgumentException(item);
            }
        }
        return targets;
    }
}
