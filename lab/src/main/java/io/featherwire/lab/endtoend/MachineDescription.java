package io.featherwire.lab.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.onnxruntime.OrtEnvironment;
import io.featherwire.codec.onnx.Device;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Describes the machine of a measurement. */
final class MachineDescription {

    private MachineDescription() {}

    static Map<String, String> describe() {
        Map<String, String> facts = new LinkedHashMap<>();
        Runtime.Version java = Runtime.version();
        facts.put("processor", processor());
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put(
                "load",
                String.format(
                        Locale.ROOT,
                        "%.1f",
                        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("java", java.toString());
        facts.put("heap", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        facts.put("kafka", kafka());
        facts.put("onnxruntime", OrtEnvironment.getEnvironment().getVersion());
        return facts;
    }

    /** Describes the machine and, for a CUDA device, the GPU's name, driver and memory, from nvidia-smi. */
    static Map<String, String> describe(Device device) {
        Map<String, String> facts = describe();
        if (device.kind() == Device.Kind.CUDA) {
            facts.put("gpu", card(device.index()));
        }
        return facts;
    }

    /** The version of the Kafka clients, from a file in their jar. The class that reads this file is internal. */
    private static String kafka() {
        try (InputStream stated = ProducerConfig.class.getResourceAsStream("/kafka/kafka-version.properties")) {
            if (stated == null) {
                return "unknown";
            }
            Properties properties = new Properties();
            properties.load(stated);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static String card(int index) {
        ProcessBuilder tool = new ProcessBuilder(
                "nvidia-smi", "--id=" + index, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader");
        try {
            Process running = tool.redirectErrorStream(true).start();
            return new String(running.getInputStream().readAllBytes(), UTF_8).strip();
        } catch (IOException e) {
            return "unknown: " + e.getMessage();
        }
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
