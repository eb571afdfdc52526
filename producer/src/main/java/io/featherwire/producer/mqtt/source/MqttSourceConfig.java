package io.featherwire.producer.mqtt.source;

import io.featherwire.producer.mqtt.MqttAddress;
import io.featherwire.producer.mqtt.MqttSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.DataSize;
import io.featherwire.runtime.config.KafkaProperties;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import io.featherwire.runtime.config.Settings;
import io.featherwire.runtime.http.HttpSettings;
import io.featherwire.runtime.topics.TopicNames;
import java.util.List;

/** The settings of the MQTT source: the MQTT broker that it reads, and the Kafka topics that it writes. */
public final class MqttSourceConfig {

    private static final int HTTP_PORT = 8084;
    private static final Settings SETTINGS = new Settings();

    private static final Setting<MqttAddress> FROM = SETTINGS.add(
            MqttSettings.address("from", "MQTT broker to which devices send frames (featherwire edge --to)."));

    static {
        SETTINGS.addAll(MqttSettings.settings());
    }

    static final Setting<String> ID = SETTINGS.add(Setting.text(
                    "source.id",
                    "Id of this MQTT source. The session on the MQTT broker and the Kafka transactions "
                            + "have this id. If two processes have the same id, the process that starts later "
                            + "replaces the other process.",
                    "letters, digits, . _ -, at most 100",
                    text -> text.matches("[a-zA-Z0-9._-]{1,100}"))
            .withDefault("mqtt-source"));
    static final Setting<String> BOOTSTRAP_SERVERS = SETTINGS.add(StreamConfig.BOOTSTRAP_SERVERS);

    static {
        SETTINGS.add(TopicNames.FEATURES);
        SETTINGS.add(StreamConfig.DEAD_LETTERS);
        SETTINGS.add(TopicNames.EDGE_POSITIONS);
        SETTINGS.add(TopicNames.EDGE_GAPS);
    }

    static final Setting<DataSize> LARGEST = SETTINGS.add(Setting.size(
                    "record.size.max",
                    "Maximum size of a record for Kafka. A gap record counts the frames of larger "
                            + "records. Use the value that topics create used.",
                    new DataSize(64 << 10),
                    DataSize.ofMebibytes(1024))
            .withDefault("9MiB"));

    static {
        SETTINGS.addAll(HttpSettings.settings(HTTP_PORT));
    }

    private final SettingValues values;
    private final MqttSettings mqtt;
    private final HttpSettings http;

    private MqttSourceConfig(SettingValues values) {
        this.values = values;
        this.mqtt = MqttSettings.from(values.get(FROM), values);
        this.http = HttpSettings.from(values);
    }

    static List<Setting<?>> settings() {
        return SETTINGS.list();
    }

    /** @param values read with {@link #settings} */
    public static MqttSourceConfig from(SettingValues values) {
        return new MqttSourceConfig(values);
    }

    /** The value of a setting that is required or has a default. */
    <T> T get(Setting<T> setting) {
        return values.get(setting);
    }

    MqttSettings mqtt() {
        return mqtt;
    }

    HttpSettings http() {
        return http;
    }

    KafkaProperties kafka() {
        return values.kafka();
    }
}
