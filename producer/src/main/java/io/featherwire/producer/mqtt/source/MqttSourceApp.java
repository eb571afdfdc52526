package io.featherwire.producer.mqtt.source;

import static java.util.Objects.requireNonNull;

import io.featherwire.producer.StopHook;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.metrics.Meters;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The app that forwards messages from an MQTT broker to Kafka until it is asked to stop. */
public final class MqttSourceApp {

    private static final Logger LOG = LoggerFactory.getLogger(MqttSourceApp.class);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final long MOST_REQUEST = 1 << 16;

    private MqttSourceApp() {}

    /** Every setting of this app. */
    public static List<Setting<?>> settings() {
        return MqttSourceConfig.settings();
    }

    /**
     * Runs until the JVM is asked to stop.
     *
     * @return the exit code
     * @throws io.featherwire.runtime.config.ConfigException that names every invalid setting
     */
    public static int run(ConfigSources settings) throws InterruptedException {
        MqttSourceConfig config =
                MqttSourceConfig.from(requireNonNull(settings, "settings").read(settings()));
        try (var hook = new StopHook("mqtt-source-stop", STOP);
                var meters = new Meters()) {
            var sourceMeters = new SourceMeters(meters.registry());
            var source = new MqttSource(config, sourceMeters);
            hook.install(source::stop);
            try (HttpServer http = HttpServer.start(
                    config.http(), new SourceHealth(sourceMeters), meters.registry(), MOST_REQUEST, routes -> {})) {
                LOG.info("health and metrics at port {}", http.port());
                source.run();
                hook.exitWith(0);
            } finally {
                hook.remove();
            }
        } catch (SourceReplacedException e) {
            throw new StartException(
                    "another process runs with source.id=" + config.get(MqttSourceConfig.ID)
                            + ", so this one stops: give each source its own --source-id and mqtt.prefix",
                    e);
        }
        return 0;
    }

    /** Ready while connected to the MQTT broker and to Kafka. */
    private record SourceHealth(SourceMeters meters) implements Health {

        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public boolean isReady() {
            return meters.isUp();
        }

        @Override
        public String state() {
            return meters.isUp() ? "READING" : "CONNECTING";
        }
    }
}
