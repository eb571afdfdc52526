package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.DatasetException;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.runtime.BrokerCheck;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.config.SettingValues;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The producer application: publishes the configured images and reports the outcome. */
public final class ProducerApp {

    private static final Duration STOP = Duration.ofSeconds(30);

    private final SourceConfig source;
    private final PublisherConfig config;

    private ProducerApp(SourceConfig source, PublisherConfig config) {
        this.source = source;
        this.config = config;
    }

    /** Every setting of this app. */
    public static List<Setting<?>> settings() {
        List<Setting<?>> settings = new ArrayList<>(SourceConfig.SETTINGS);
        settings.addAll(PublisherConfig.SETTINGS);
        return List.copyOf(settings);
    }

    /** All settings of this app in edge mode; the first, {@code from}, names the images to compress. */
    public static List<Setting<?>> edgeSettings() {
        List<Setting<?>> settings = new ArrayList<>(SourceConfig.FROM_SETTINGS);
        settings.addAll(PublisherConfig.EDGE_SETTINGS);
        return List.copyOf(settings);
    }

    /** @throws io.featherwire.runtime.config.ConfigException that names every invalid setting */
    public static ProducerApp of(ConfigSources sources) {
        SettingValues values = requireNonNull(sources, "sources").read(settings());
        return new ProducerApp(SourceConfig.from(values), PublisherConfig.from(values));
    }

    /**
     * The app in edge mode.
     *
     * @throws io.featherwire.runtime.config.ConfigException that names every invalid setting
     */
    public static ProducerApp forEdge(ConfigSources sources) {
        SettingValues values = requireNonNull(sources, "sources").read(edgeSettings());
        return new ProducerApp(SourceConfig.fromSettings(values), PublisherConfig.fromEdgeSettings(values));
    }

    /**
     * Publishes until the source ends or the JVM is asked to stop, and waits for the acknowledgements of all sent
     * records.
     *
     * @param progress whether to draw a progress bar
     * @return the exit code: 0 if all images are stored, otherwise 1
     * @throws DatasetException if there is nothing to send
     */
    public int run(PrintStream out, DownloadListener download, boolean progress) throws IOException {
        SourceConfig.Opened opened = source.open(download);
        if (opened.source().isExhausted() && config.edge().isEmpty()) {
            throw nothingToSendException(opened.source().remarks());
        }
        try (var hook = new StopHook("producer-stop", STOP);
                Publisher publisher = Publisher.connect(config, () -> checkBroker(opened))) {
            if (opened.source().isExhausted()) {
                throw nothingToSendException(opened.source().remarks());
            }
            hook.install(publisher::stop);
            try {
                PublishReport report = progress
                        ? publishWithBar(publisher, opened)
                        : publisher.publish(opened.source(), opened.classes(), PublishListener.SILENT);
                print(report, out);
                out.flush();
                if (report.images() == 0 && !publisher.isStopped() && report.failure() == null) {
                    throw nothingToSendException(List.of());
                }
                hook.exitWith(isComplete(report) ? 0 : 1);
            } finally {
                hook.remove();
            }
            return hook.exitCode();
        }
    }

    private void checkBroker(SourceConfig.Opened opened) {
        if (!opened.source().isExhausted()) {
            BrokerCheck.require(
                    config.get(PublisherConfig.BOOTSTRAP_SERVERS),
                    config.kafka(),
                    config.topics(!opened.classes().isEmpty()));
        }
    }

    /**
     * Whether everything was sent. Unreadable files of a watched directory do not count: they have been logged, and may
     * become readable later.
     */
    private boolean isComplete(PublishReport report) {
        return report.isComplete()
                && (report.unreadable() == 0 || source.watch().isPresent());
    }

    private DatasetException nothingToSendException(List<String> remarks) {
        List<String> why = new ArrayList<>(List.of("nothing to send: " + source.emptyReason()));
        why.addAll(remarks);
        return new DatasetException(String.join("; ", why));
    }

    private PublishReport publishWithBar(Publisher publisher, SourceConfig.Opened opened) {
        long size = opened.source().size().orElse(0);
        long expected = config.get(PublisherConfig.COUNT) > 0 && (size == 0 || config.get(PublisherConfig.COUNT) < size)
                ? config.get(PublisherConfig.COUNT)
                : size;
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("publish")
                .setInitialMax(expected == 0 ? -1 : expected)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .showSpeed()
                .build()) {
            return publisher.publish(opened.source(), opened.classes(), (images, labels) -> bar.stepTo(images));
        }
    }

    private static void print(PublishReport report, PrintStream out) {
        out.println(report);
        report.remarks().forEach(out::println);
        report.skipped().forEach(why -> out.println("skipped " + why));
        if (report.skippedImages() > report.skipped().size()) {
            out.printf(
                    Locale.ROOT,
                    "… and %,d more%n",
                    report.skippedImages() - report.skipped().size());
        }
    }
}
