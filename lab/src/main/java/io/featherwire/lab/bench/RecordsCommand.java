package io.featherwire.lab.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.evaluation.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the bytes of a frame on the topic features in a broker's log. */
@Command(
        name = "records",
        description =
                "Measure the size of the records of the topic features in the log of an embedded broker, at several rates and batch"
                        + " sizes, and attribute each byte to a part of the record.",
        mixinStandardHelpOptions = true)
final class RecordsCommand implements Callable<Integer> {

    private static final List<Integer> RATES = List.of(1, 30, 1000);
    private static final List<Duration> GATHERINGS =
            List.of(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10));
    private static final List<Integer> BATCHES = List.of(1, 3, 10, 30, 100, 1000);
    private static final int MAX_FRAMES = 3000;
    private static final int FEWEST_BATCHES = 3;
    private static final int MOST_BATCHES = 50;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--payload-bytes",
            paramLabel = "N",
            description = "Mean payload size. Default: ${DEFAULT-VALUE}.",
            defaultValue = "16")
    private int payloadBytes;

    @Option(
            names = "--sensors",
            paramLabel = "N",
            description = "Number of sensors that share a partition. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    private int sensors;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the numbers as JSON.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (payloadBytes < 4 || payloadBytes > 1 << 20 || sensors < 1 || sensors > 10_000) {
            throw new ParameterException(
                    spec.commandLine(), "--payload-bytes must be in 4..1048576 and --sensors in 1..10000");
        }
        Logging.setQuiet();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "Bytes per frame in the log of the topic features, compressed by zstd, with payloads of %d B%n"
                        + "and %d sensor(s) per partition. Overhead: all bytes except the payload; keys are included.%n%n",
                payloadBytes,
                sensors);
        List<RecordCost> costs = measure();
        out.println(costTable(costs).toText());
        out.println("Bytes per frame by part, in compressed batches except in the first column:\n");
        out.println(partTable().toText());
        out.flush();
        if (json != null) {
            write(json, costs);
        }
        return ExitCode.OK;
    }

    private List<RecordCost> measure() throws IOException, InterruptedException {
        List<RecordCost> costs = new ArrayList<>();
        try (TemporaryDirectory scratch = TemporaryDirectory.create("bench");
                RecordBench bench = new RecordBench(scratch.directory(), sensors, payloadBytes)) {
            for (RecordTraffic scenario : scenarios()) {
                int batches = Math.min(MOST_BATCHES, Math.max(FEWEST_BATCHES, MAX_FRAMES / scenario.framesPerBatch()));
                costs.add(bench.measure(scenario, batches));
            }
        }
        return costs;
    }

    /**
     * The distinct scenarios. At a low rate, several gathering times give batches of equal size, and only the first of
     * them is kept.
     */
    private static List<RecordTraffic> scenarios() {
        List<RecordTraffic> scenarios = new ArrayList<>();
        for (int rate : RATES) {
            Set<Integer> sizes = new HashSet<>();
            for (Duration gathering : GATHERINGS) {
                RecordTraffic plain = new RecordTraffic(rate, gathering, false);
                if (sizes.add(plain.framesPerBatch())) {
                    scenarios.add(plain);
                    scenarios.add(new RecordTraffic(rate, gathering, true));
                }
            }
        }
        return scenarios;
    }

    private static TextTable costTable(List<RecordCost> costs) {
        TextTable table = new TextTable(
                "frames/s", "gathered", "guarantee", "per batch", "log", "payload", "overhead", "uncompressed");
        for (RecordCost cost : costs) {
            table.addRow(
                    Integer.toString(cost.scenario().framesPerSecond()),
                    toText(cost.scenario().gathering()),
                    cost.scenario().guarantee(),
                    format(cost.framesPerBatch()),
                    format(cost.perFrame(cost.logBytes())),
                    format(cost.perFrame(cost.payloadBytes())),
                    format(cost.overheadPerFrame()),
                    format(cost.plainOverheadPerFrame()));
        }
        return table;
    }

    private TextTable partTable() {
        List<String> heading = new ArrayList<>(List.of("frames per batch", "1 uncompressed"));
        List<Map<String, Double>> columns = new ArrayList<>(List.of(measureParts(1, Compression.NONE)));
        for (int frames : BATCHES) {
            heading.add(Integer.toString(frames));
            columns.add(measureParts(frames, Compression.zstd().build()));
        }
        TextTable table = new TextTable(heading.toArray(String[]::new));
        for (String part : columns.get(0).keySet()) {
            table.addRow(cells(part, columns.stream().map(column -> column.get(part))));
        }
        table.addRow(cells("all", columns.stream().map(RecordsCommand::sum)));
        return table;
    }

    /** The mean bytes of each part over some batches from the middle of a run. */
    private Map<String, Double> measureParts(int frames, Compression compression) {
        FeatureRecordGenerator feed = new FeatureRecordGenerator(30, sensors, payloadBytes);
        feed.next(1000);
        int rounds = Math.max(1, 300 / frames);
        Map<String, Double> sums = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            CostBreakdown.of(feed.next(frames), compression)
                    .forEach((part, bytes) -> sums.merge(part, bytes / rounds, Double::sum));
        }
        return sums;
    }

    private static double sum(Map<String, Double> parts) {
        return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String[] cells(String name, Stream<Double> values) {
        return Stream.concat(Stream.of(name), values.map(RecordsCommand::format))
                .toArray(String[]::new);
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String toText(Duration gathering) {
        return gathering.toMillis() < 1000 ? gathering.toMillis() + " ms" : gathering.toSeconds() + " s";
    }

    private void write(Path file, List<RecordCost> costs) throws IOException {
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        ObjectNode root = mapper.createObjectNode();
        root.put("payloadBytes", payloadBytes).put("sensors", sensors);
        ArrayNode rows = root.putArray("log");
        for (RecordCost cost : costs) {
            rows.addObject()
                    .put("framesPerSecond", cost.scenario().framesPerSecond())
                    .put("gatheringMs", cost.scenario().gathering().toMillis())
                    .put("guarantee", cost.scenario().guarantee())
                    .put("framesPerBatch", cost.framesPerBatch())
                    .put("logBytesPerFrame", cost.perFrame(cost.logBytes()))
                    .put("payloadBytesPerFrame", cost.perFrame(cost.payloadBytes()))
                    .put("overheadBytesPerFrame", cost.overheadPerFrame());
        }
        ArrayNode batches = root.putArray("parts");
        for (int frames : BATCHES) {
            ObjectNode node = batches.addObject().put("framesPerBatch", frames);
            measureParts(frames, Compression.zstd().build()).forEach(node::put);
        }
        mapper.writeValue(file.toFile(), root);
    }
}
