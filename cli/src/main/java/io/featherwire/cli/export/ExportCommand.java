package io.featherwire.cli.export;

import io.featherwire.cli.console.ExitCode;
import io.featherwire.cli.console.Logging;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.SchemaSettings;
import io.featherwire.runtime.StreamConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Exports the topic of features as Parquet files. */
public final class ExportCommand {

    private static final Setting<Path> BUNDLE = Setting.path(
            "bundle", "The bundle whose frames are exported; frames of other bundles are skipped and counted.");
    private static final Setting<Path> OUT = Setting.path(
            "out",
            "The Parquet file, such as frames.parquet; a name without .parquet is a directory of Parquet "
                    + "files. A later run continues where the last one ended.");
    private static final Setting<String> FEATURES =
            Setting.text("features", "The topic of features.").withDefault("features");
    private static final Setting<String> CLASSIFICATIONS = Setting.text(
                    "classifications", "The topic of classifications. If it does not exist, the column stays empty.")
            .withDefault("classifications");
    private static final Setting<String> LABELS = Setting.text(
                    "labels", "The topic of labels. If it does not exist, the column stays empty.")
            .withDefault("labels");
    private static final Setting<Instant> SINCE = Setting.instant(
                    "since", "Only frames that were compressed at this time or later.")
            .optional();
    private static final Setting<Instant> UNTIL = Setting.instant(
                    "until", "Only frames that were compressed before this time.")
            .optional();
    private static final Setting<String> HEAD = Setting.text(
                    "head", "Names of further heads, separated by commas, whose predictions get columns of their own.")
            .optional();
    private static final Setting<Boolean> FLOAT16 = Setting.flag(
                    "float16", "Write features as 16-bit floats, which take half the space.")
            .withDefault("false");
    private static final Setting<Integer> CHUNK = Setting.integer(
                    "chunk",
                    "Number of rows in a row group, which is kept in memory. Default: as many rows as fit into 32 MiB.",
                    1,
                    10_000_000)
            .optional();

    /** The default size of the features of a row group, in bytes. */
    private static final int PART_BYTES = 32 << 20;

    private ExportCommand() {}

    /** All settings of this command. */
    public static List<Setting<?>> settings() {
        var settings = new ArrayList<Setting<?>>(List.of(
                BUNDLE,
                OUT,
                FEATURES,
                CLASSIFICATIONS,
                LABELS,
                SINCE,
                UNTIL,
                HEAD,
                FLOAT16,
                CHUNK,
                StreamConfig.BOOTSTRAP_SERVERS));
        settings.addAll(SchemaSettings.SETTINGS);
        return List.copyOf(settings);
    }

    /** Exports all records up to the topic's current end, and returns the exit code. */
    public static int run(ConfigSources sources) throws Exception {
        Logging.setQuiet();
        FeatureExport.run(options(sources, () -> {}), System.out);
        return ExitCode.OK;
    }

    static ExportOptions options(ConfigSources sources, Runnable afterPart) throws Exception {
        SettingValues values = sources.read(settings());
        String servers = values.get(StreamConfig.BOOTSTRAP_SERVERS);
        int length = Bundle.load(values.get(BUNDLE)).manifest().featureShape().values();
        BrokerCheck.require(servers, values.kafka(), Map.of("features", values.get(FEATURES)));
        return ExportOptionsBuilder.builder()
                .bundle(values.get(BUNDLE))
                .out(values.get(OUT))
                .bootstrapServers(servers)
                .kafka(values.kafka())
                .serdes(SchemaSettings.from(values).serdes())
                .features(values.get(FEATURES))
                .classifications(values.get(CLASSIFICATIONS))
                .labels(values.get(LABELS))
                .heads(Arrays.stream(values.find(HEAD).orElse("").split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .distinct()
                        .toList())
                .half(values.get(FLOAT16))
                .chunk(values.find(CHUNK).orElse(Math.max(64, Math.min(100_000, PART_BYTES / (Float.BYTES * length)))))
                .afterPart(afterPart)
                .since(values.find(SINCE))
                .until(values.find(UNTIL))
                .build();
    }
}
