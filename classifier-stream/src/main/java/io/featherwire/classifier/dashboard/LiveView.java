package io.featherwire.classifier.dashboard;

import io.featherwire.classifier.accuracy.Ledger;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The data of the dashboard. A consumer of its own reads the topics. Thread-safe. */
public final class LiveView implements AutoCloseable {
    private final DashboardSettings settings;
    private final DoubleSupplier batchFill;
    private final Supplier<List<LiveState.SensorDrift>> sensors;
    private final Supplier<List<SensorLastSeen>> heard;
    private final LongSupplier misplacedLabels;
    private final Function<String, Optional<String>> bundleNames;
    private final LiveStateCollector model = new LiveStateCollector();
    private final SensorStatus lines = new SensorStatus();
    private final Thumbnails thumbnails = new Thumbnails();
    private final TopicWatcher watcher;

    /**
     * Creates the view; {@link #start} starts to read the topics.
     *
     * @param batchFill the mean number of frames in a batch of this instance
     * @param sensors the payload sizes of the sensors that this instance reads
     * @param heard the time of the last frame of each sensor that this instance reads
     * @param misplacedLabels the number of labels in a wrong partition that this instance has read
     * @param bundleNames returns the name of a bundle by fingerprint, if it is known
     * @param registry gets the gauges of accuracy
     */
    public LiveView(
            LiveTopics topics,
            DashboardSettings settings,
            DoubleSupplier batchFill,
            Supplier<List<LiveState.SensorDrift>> sensors,
            Supplier<List<SensorLastSeen>> heard,
            LongSupplier misplacedLabels,
            Function<String, Optional<String>> bundleNames,
            MeterRegistry registry) {
        this.settings = settings;
        this.batchFill = batchFill;
        this.sensors = sensors;
        this.heard = heard;
        this.misplacedLabels = misplacedLabels;
        this.bundleNames = bundleNames;
        this.watcher = new TopicWatcher(
                topics,
                settings.thumbnails(),
                model,
                lines,
                thumbnails,
                new HeadMeters(model, bundleNames, registry)::update,
                Counter.builder("featherwire.view.skipped")
                        .description("Records that the dashboard could not show.")
                        .register(registry));
        registerGauge(
                registry,
                "featherwire.accuracy",
                "Share of correct predictions among labelled frames, over all bundles.",
                LiveView::accuracyOf);
        registerGauge(
                registry,
                "featherwire.label.coverage",
                "Share of classified frames that have a label.",
                score -> score.coverage() == null ? Double.NaN : score.coverage());
        registerGauge(
                registry,
                "featherwire.label.delay.ms",
                "Mean time from classification to label, in milliseconds.",
                score -> score.labelDelayMsMean() == null ? Double.NaN : score.labelDelayMsMean());
        registerGauge(
                registry,
                "featherwire.audit.changed",
                "Share of audited frames whose predicted class compression changed.",
                score -> score.audit() == null || score.audit().changed() == null
                        ? Double.NaN
                        : score.audit().changed().value());
    }

    static double accuracyOf(AccuracyScore score) {
        return score.accuracy() == null ? Double.NaN : score.accuracy().value();
    }

    private void registerGauge(
            MeterRegistry registry, String name, String about, ToDoubleFunction<AccuracyScore> value) {
        for (var window : List.of(Ledger.TOTAL, HeadMeters.WINDOW)) {
            Gauge.builder(name, model, m -> m.score(Ledger.ALL_BUNDLES, window)
                            .map(value::applyAsDouble)
                            .orElse(Double.NaN))
                    .description(about)
                    .tag("window", window)
                    .register(registry);
        }
    }

    /** Starts to read the topics. */
    public void start() {
        watcher.start();
    }

    /** The newest snapshots by fingerprint (of a bundle or further head; sixteen zeros for all bundles) and window. */
    public Map<String, Map<String, AccuracyScore>> accuracy() {
        return model.accuracy();
    }

    /**
     * The newest snapshot of a fingerprint (of a bundle or further head; sixteen zeros for all bundles) and a window.
     */
    public Optional<AccuracyScore> accuracy(String bundle, String window) {
        return model.score(bundle, window);
    }

    /** Notes that a page is open: for the next 10 s, the newest frames are also read. */
    void notePageOpen() {
        watcher.notePageOpen();
    }

    /** The state without the history. */
    public LiveState state() {
        long now = System.currentTimeMillis();
        var accuracy = model.accuracy();
        return LiveStateBuilder.builder()
                .at(now)
                .settings(new LiveState.Settings(
                        settings.thumbnails(), settings.auditLossAlert(), settings.driftAlert(), model.windows()))
                .accuracy(accuracy)
                .bundles(bundleNames(accuracy.keySet()))
                .heads(model.heads())
                .batchFill(batchFill.getAsDouble())
                .deadLetters(model.deadLetters())
                .sensors(sensors.get())
                .lines(lines.worstSensors(heard.get(), now))
                .misplacedLabels(misplacedLabels.getAsLong())
                .frames(model.frames(thumbnails))
                .framesPerSecond(model.framesPerSecond(now))
                .latency(model.latency(now))
                .build();
    }

    private Map<String, String> bundleNames(Set<String> fingerprints) {
        var names = new TreeMap<String, String>();
        fingerprints.forEach(
                fingerprint -> bundleNames.apply(fingerprint).ifPresent(name -> names.put(fingerprint, name)));
        return names;
    }

    Map<String, List<LiveAccuracy.Point>> history() {
        return model.history();
    }

    Optional<Thumbnails.Thumbnail> thumbnail(String sensorId, String frameId) {
        return thumbnails.find(sensorId, frameId);
    }

    @Override
    public void close() {
        watcher.close();
    }
}
