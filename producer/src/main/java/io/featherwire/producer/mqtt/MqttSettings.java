package io.featherwire.producer.mqtt;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.config.ConfigException;
import io.featherwire.runtime.config.Secret;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the connection to an MQTT broker, and of the topics over which devices and the MQTT source
 * communicate.
 *
 * @param prefix the beginning of the topics {@code PREFIX/outbox/DEVICE} and {@code PREFIX/position/DEVICE}
 * @param certificates file of certificates (PEM) that are trusted; empty for those that Java trusts
 */
public record MqttSettings(
        MqttAddress address,
        String prefix,
        Optional<String> user,
        Optional<Secret> password,
        Optional<Path> certificates) {

    private static final Settings SETTINGS = new Settings();

    private static final Setting<String> PREFIX = SETTINGS.add(Setting.text(
                    "mqtt.prefix",
                    "First level of the names of MQTT topics, PREFIX in PREFIX/outbox/DEVICE and "
                            + "PREFIX/position/DEVICE.",
                    "a text without + # and NUL",
                    text -> !text.isEmpty()
                            && text.length() < 200
                            && text.chars().noneMatch(c -> c == '+' || c == '#' || c == 0))
            .withDefault("featherwire"));
    private static final Setting<String> USER =
            SETTINGS.add(Setting.text("mqtt.user", "User name of the client at the MQTT broker.")
                    .optional());
    private static final Setting<Secret> PASSWORD =
            SETTINGS.add(Setting.secret("mqtt.password", "Password of the user mqtt.user at the MQTT broker.")
                    .optional());
    private static final Setting<Path> CERTIFICATES = SETTINGS.add(Setting.path(
                    "mqtt.certificates",
                    "PEM file with the certificates of the authorities that may sign the certificate of "
                            + "an mqtts:// broker. By default the client accepts the authorities that Java "
                            + "trusts.")
            .optional());

    public MqttSettings {
        requireNonNull(address, "address");
        requireNonNull(prefix, "prefix");
        if (password.isPresent() && user.isEmpty()) {
            throw new ConfigException(
                    "mqtt.password", "set without mqtt.user", "set together with mqtt.user", "give --mqtt-user");
        }
    }

    /** All settings except the address. */
    public static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** The address of a broker, as a setting. */
    public static Setting<MqttAddress> address(String key, String about) {
        return Setting.of(key, about, "mqtt://host:port or mqtts://host:port", MqttAddress::parse);
    }

    /** @param values read with {@link #settings} */
    public static MqttSettings from(MqttAddress address, SettingValues values) {
        return new MqttSettings(
                address, values.get(PREFIX), values.find(USER), values.find(PASSWORD), values.find(CERTIFICATES));
    }

    /** The topic to which a device sends; the device {@code +} gives the filter for all devices. */
    public String outboxTopic(String device) {
        return prefix + "/outbox/" + device;
    }

    /** The topic on which the MQTT source publishes a device's position: which of its frames are in Kafka. */
    public String positionTopic(String device) {
        return prefix + "/position/" + device;
    }
}
