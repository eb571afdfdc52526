package io.featherwire.cli.demo;

import static java.util.Objects.requireNonNull;

import io.featherwire.broker.EmbeddedBroker;
import io.featherwire.cli.console.ProgressLine;
import io.featherwire.cli.console.TemporaryDirectory;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.bundle.BundleException;
import io.featherwire.codec.bundle.BundleManifest;
import io.featherwire.codec.onnx.Device;
import io.featherwire.codec.payload.TensorShape;
import io.featherwire.datasets.DownloadListener;
import io.featherwire.datasets.Split;
import io.featherwire.producer.PublishReport;
import io.featherwire.producer.Publisher;
import io.featherwire.producer.PublisherConfig;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.topics.TopicSetup;
import io.featherwire.runtime.topics.TopicsConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Runs the whole system in one process: a real broker, the producer and both streams. Frames pass through real topics,
 * and the report is made from the records of these topics.
 */
final class Demo {

    private static final int PARTITIONS = 4;
    private static final int FEATURE_VALUE_BYTES = 4;
    private final DemoOptions options;
    private final Path cache;
    private final PrintStream out;
    private final QuickTraining training;
    private final DownloadListener download;

    Demo(DemoOptions options, Path cache, PrintStream out, QuickTraining training, DownloadListener download) {
        this.options = requireNonNull(options, "options");
        this.cache = requireNonNull(cache, "cache");
        this.out = requireNonNull(out, "out");
        this.training = requireNonNull(training, "training");
        this.download = requireNonNull(download, "download");
    }

    /** Runs the demonstration and returns its report. */
    DemoReport run() throws IOException, BundleException, InterruptedException, ExecutionException {
        // A wrong --bundle is reported before a data set is downloaded.
        Bundle given =
                options.bundle().isPresent() ? Bundle.load(options.bundle().get()) : null;
        DemoData data = DemoData.open(options.data(), cache, out, download);
        Bundle bundle = given != null ? given : new DemoBundle(cache, out, training).find(data);
        Optional<Split> images = data.prepareImages(options.frames(), cache, out);
        int port = EmbeddedBroker.freePort();
        String servers = EmbeddedBroker.bootstrapServers(port);
        try (TemporaryDirectory scratch = TemporaryDirectory.create("demo");
                PipelineStart starting = PipelineStart.begin(
                        servers, bundle.directory(), SecondHeadTraining.createDirectory(scratch), options, scratch);
                EmbeddedBroker broker = EmbeddedBroker.start(scratch.resolve("kafka"), port, Map.of());
                Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
            long up = System.nanoTime();
            createInternalTopics(admin);
            var second = new SecondHeadTraining(
                    servers, bundle, Device.parse(options.device()), SecondHeadTraining.createDirectory(scratch), out);
            TopicSetup.create(TopicsConfig.from(ConfigSources.of(
                    Map.of("bootstrap.servers", servers, "partitions", Integer.toString(PARTITIONS)))));
            try (ResultReader outcomes =
                            new ResultReader(servers, bundle.fingerprint().hex());
                    Publisher publisher = createPublisher(servers);
                    Pipeline pipeline = starting.await()) {
                out.printf(
                        Locale.ROOT,
                        "Broker at %s, dashboard at http://127.0.0.1:%d/%n",
                        servers,
                        pipeline.dashboardPort());
                DemoReport report = runPipeline(data, images, bundle, publisher, admin, pipeline, outcomes, second, up);
                out.print(DemoTable.toText(report));
                outcomes.deadLettersByReason()
                        .forEach((why, count) -> out.printf(Locale.ROOT, "dead letters     %,12d  %s%n", count, why));
                if (options.json().isPresent()) {
                    report.writeTo(options.json().get());
                }
                if (options.stay()) {
                    waitUntilStopped(pipeline);
                }
                return report;
            }
        }
    }

    /**
     * Makes the broker create its internal topics for groups and transactions now. Otherwise the first requests of the
     * streams would wait for these topics.
     */
    private static void createInternalTopics(Admin admin) {
        admin.describeConsumerGroups(List.of("none"));
        admin.describeTransactions(List.of("none"));
    }

    private Publisher createPublisher(String servers) {
        return Publisher.connect(PublisherConfig.from(ConfigSources.of(Map.of(
                        "bootstrap.servers", servers,
                        "sensors", Integer.toString(PARTITIONS),
                        "count", Integer.toString(options.frames())))
                .read(PublisherConfig.SETTINGS)));
    }

    private DemoReport runPipeline(
            DemoData data,
            Optional<Split> images,
            Bundle bundle,
            Publisher publisher,
            Admin admin,
            Pipeline pipeline,
            ResultReader outcomes,
            SecondHeadTraining second,
            long up)
            throws IOException, BundleException, InterruptedException, ExecutionException {
        FrameFeeder feeding = new FrameFeeder(data.source(images, options.frames()), options.rate(), options.frames());
        if (data.dataset().isPresent()) {
            feeding.pause();
        }
        DemoRun run = new DemoRun(options, out, data, feeding, outcomes, second);
        PublishReport published = run.publish(publisher, pipeline);
        if (data.dataset().isPresent()) {
            run.awaitAccuracy();
        }
        Double baseline =
                images.isEmpty() ? null : measureBaseline(data, images.get(), bundle, (int) published.images());
        return createReport(
                data,
                bundle,
                published,
                TopicBytes.measure(admin, "features"),
                pipeline,
                outcomes,
                baseline,
                images.isEmpty()
                        ? null
                        : RetrievalQuality.measure(
                                bundle, Device.parse(options.device()), images.get(), (int) published.images()),
                feeding,
                run.rates(),
                second,
                up);
    }

    private @Nullable Double measureBaseline(DemoData data, Split images, Bundle bundle, int frames)
            throws IOException, BundleException {
        try (var progress = new ProgressLine(out, "uncompressed path", images.size())) {
            return UncompressedBaseline.measureAccuracy(
                    bundle,
                    Device.parse(options.device()),
                    data.classes(),
                    images,
                    frames,
                    done -> progress.show(done, ""));
        }
    }

    private DemoReport createReport(
            DemoData data,
            Bundle bundle,
            PublishReport published,
            long featuresLogBytes,
            Pipeline pipeline,
            ResultReader outcomes,
            @Nullable Double baseline,
            DemoReport.@Nullable Searches searches,
            FrameFeeder feeding,
            FrameTimeline.Rates rates,
            SecondHeadTraining second,
            long up) {
        FrameTimeline timeline = outcomes.timeline();
        boolean paced = options.rate().isMeasured() && !Double.isNaN(feeding.feedingRate());
        Percentiles latencies = timeline.latencies(paced ? feeding.pacedSinceMillis() : timeline.coldUntil());
        BundleManifest manifest = bundle.manifest();
        int featureBytes = FEATURE_VALUE_BYTES * manifest.featureShape().values();
        Double accuracy = outcomes.accuracy();
        return DemoReportBuilder.builder()
                .dataset(data.name())
                .frames(published.imagesAcknowledged())
                .classified(outcomes.classifiedFrames())
                .matched(outcomes.matchedFrames())
                .deadLetters(outcomes.deadLetters())
                .imageBytesMean((double) published.imageBytes() / Math.max(1, published.images()))
                .featureBytes(featureBytes)
                .codeBytes(FEATURE_VALUE_BYTES * manifest.codeShape().values())
                .payloadBytesMean(outcomes.payloadBytesMean())
                .recordBytesMean((double) featuresLogBytes / Math.max(1, outcomes.classifiedFrames()))
                .reductionPercent(100 * (1 - outcomes.payloadBytesMean() / featureBytes))
                .throughputImagesPerSecond(timeline.perSecond())
                .coldImagesPerSecond(rates.cold())
                .steadyImagesPerSecond(rates.steady())
                .firstClassificationMs(Duration.ofNanos(Math.max(0, outcomes.firstSeenNanos() - up))
                        .toMillis())
                .latencyMsP50((double) latencies.percentile(.5))
                .latencyMsP99((double) latencies.percentile(.99))
                .device(pipeline.device())
                .batchSize(options.batch())
                .meanBatchFill(pipeline.meanBatchFill())
                .bundle(bundle.fingerprint().hex())
                .inputSize(manifest.input().size())
                .featureShape(toList(manifest.featureShape()))
                .codeShape(toList(manifest.codeShape()))
                .search(manifest.search() != null)
                .accuracy(accuracy)
                .baselineAccuracy(baseline)
                .accuracyDrop(accuracy == null || baseline == null ? null : baseline - accuracy)
                .fedImagesPerSecond(Double.isNaN(feeding.feedingRate()) ? null : feeding.feedingRate())
                .secondHead(second.report(outcomes))
                .searches(searches)
                .build();
    }

    private static List<Integer> toList(TensorShape shape) {
        return Arrays.stream(shape.sides()).boxed().toList();
    }

    private void waitUntilStopped(Pipeline pipeline) throws InterruptedException {
        out.printf(
                Locale.ROOT,
                "The dashboard stays at http://127.0.0.1:%d/ until you press Ctrl-C.%n",
                pipeline.dashboardPort());
        while (pipeline.failure().isEmpty()) {
            Thread.sleep(500);
        }
    }
}
