package io.featherwire.cli.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.featherwire.classifier.ClassifierConfig;
import io.featherwire.compressor.CompressorConfig;
import io.featherwire.producer.OutboxEdgeApp;
import io.featherwire.producer.ProducerApp;
import io.featherwire.producer.mqtt.source.MqttSourceApp;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingsTable;
import io.featherwire.runtime.topics.TopicsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of settings say what the programs say. To write them anew: -Dfeatherwire.docs.update=true. */
class OperationsDocTest {

    @ParameterizedTest
    @ValueSource(strings = {"topics", "produce", "compress", "compress-files", "edge", "mqtt-source", "classify"})
    void shouldDocumentEverySetting(String command) throws IOException {
        // Given
        String mark = "<!-- settings: " + command + " -->\n";
        String doc = Files.readString(OperationsDoc.SETTINGS);
        int start = doc.indexOf(mark) + mark.length();
        assertThat(start).as("the mark of " + command).isGreaterThanOrEqualTo(mark.length());
        int next = doc.indexOf("\n#", start);
        int end = next < 0 ? doc.length() : next;

        // When
        String table = "\n" + SettingsTable.markdown(settings(command));
        if (Boolean.getBoolean("featherwire.docs.update")) {
            Files.writeString(OperationsDoc.SETTINGS, doc.substring(0, start) + table + doc.substring(end));
            return;
        }

        // Then
        assertThat(doc.substring(start, end)).isEqualTo(table);
    }

    private static List<Setting<?>> settings(String command) {
        return switch (command) {
            case "topics" -> TopicsConfig.settings();
            case "produce" -> ProducerApp.settings();
            case "compress" -> CompressorConfig.settings();
            case "compress-files" -> ProducerApp.edgeSettings();
            case "edge" -> OutboxEdgeApp.settings();
            case "mqtt-source" -> MqttSourceApp.settings();
            case "classify" -> ClassifierConfig.settings();
            default -> throw new IllegalArgumentException(command);
        };
    }
}
