package io.featherwire.producer.outbox;

import io.featherwire.producer.mqtt.source.MqttSourceApp;
import io.featherwire.runtime.config.ConfigSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The source of an MQTT broker in a JVM of its own. */
final class MqttSourceProcess {

    private MqttSourceProcess() {}

    /** @param arguments as of {@link #main} */
    static Process start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MqttSourceProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("source-log").toFile()))
                .start();
    }

    /** @param args address of the MQTT broker, brokers of Kafka, and perhaps a file of certificates, user and password */
    public static void main(String[] args) throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("from", args[0]);
        settings.put("bootstrap.servers", args[1]);
        settings.put("http.port", "0");
        if (args.length > 2) {
            settings.put("mqtt.certificates", args[2]);
            settings.put("mqtt.user", args[3]);
            settings.put("mqtt.password", args[4]);
        }
        System.exit(MqttSourceApp.run(ConfigSources.of(settings)));
    }
}
