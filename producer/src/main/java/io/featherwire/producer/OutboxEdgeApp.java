package io.featherwire.producer;

import static java.util.Objects.requireNonNull;

import io.featherwire.datasets.DownloadListener;
import io.featherwire.producer.outbox.Outbox;
import io.featherwire.producer.outbox.OutboxException;
import io.featherwire.producer.outbox.OutboxSender;
import io.featherwire.producer.outbox.OverflowPolicy;
import io.featherwire.runtime.StartException;
import io.featherwire.runtime.config.ConfigSources;
import io.featherwire.runtime.config.Setting;
import io.featherwire.runtime.http.Health;
import io.featherwire.runtime.http.HttpServer;
import io.featherwire.runtime.metrics.Meters;
import io.featherwire.runtime.topics.TopicNames;
import io.featherwire.schemas.CompactFeature;
import io.featherwire.schemas.ImageFrame;
import io.featherwire.schemas.serde.AvroSerde;
import io.micrometer.core.instrument.Gauge;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The edge app: compresses images on a device, and keeps the payloads in an outbox until they are sent. It starts and
 * captures without a connection, too.
 */
public final class OutboxEdgeApp {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxEdgeApp.class);
    private static final Duration STOP = Duration.ofSeconds(60);
    /** The maximum time for receiving the body of a posted image. */
    private static final Duration BODY = Duration.ofSeconds(30);

    private OutboxEdgeApp() {}

    /** All settings of this app. */
    public static List<Setting<?>> settings() {
        return OutboxEdgeConfig.settings();
    }

    /**
     * Captures until the source ends and all frames are sent, or until the JVM is asked to stop: unsent frames stay in
     * the outbox.
     *
     * @return the exit code: 0 if all captured frames are sent, or are in the outbox of a process that was asked to
     *     stop
     * @throws io.featherwire.runtime.config.ConfigException that names every invalid setting
     */
    public static int run(ConfigSources settings, PrintStream out, DownloadListener download) throws IOException {
        var config = OutboxEdgeConfig.from(requireNonNull(settings, "settings").read(settings()));
        // Records are written without a schema registry, which may be unreachable: readers accept records with and
        // without the registry's framing.
        var meters = new Meters();
        QualityLevels levels = config.edge().open((int) config.maxImage().bytes(), config.coarserBundles());
        var payloads = new PayloadPublisher(
                levels,
                config.edge(),
                config.get(TopicNames.IMAGES),
                AvroSerde.of(ImageFrame.class),
                AvroSerde.of(CompactFeature.class),
                config.edge().openGate(config.gate(), config.coarserBundles(), meters.registry()));
        var posted = new ImageUploadHandler((int) config.maxImage().bytes(), BODY);
        try (var hook = new StopHook("edge-stop", STOP);
                payloads;
                ImageSource source = openSource(config, posted, meters, download);
                Outbox outbox = Outbox.open(config.outbox());
                meters) {
            if (config.outbox().full() == OverflowPolicy.COARSER) {
                levels.setStepSource(outbox::coarserStep);
            }
            var outboxMeters = new OutboxMeters(meters.registry(), outbox);
            Gauge.builder("featherwire.rdoq.on", payloads, one -> one.isRdoqOn() ? 1 : 0)
                    .description("1 if rate-distortion optimised quantisation is on, else 0.")
                    .register(meters.registry());
            try (OutboxSender sender = startSender(config, outbox, outboxMeters);
                    HttpServer http = HttpServer.start(
                            config.http(),
                            new EdgeHealth(sender, outboxMeters),
                            meters.registry(),
                            config.maxImage().bytes() + 1,
                            routes -> {
                                if (config.live().post()) {
                                    posted.addTo(routes);
                                }
                            })) {
                LOG.info("health and metrics at port {}", http.port());
                var capturing = new CaptureLoop(config, source, payloads, outbox, sender);
                hook.install(capturing::stop);
                try {
                    capturing.run();
                    RuntimeException failure = sender.failure();
                    if (failure != null) {
                        throw new StartException(failure.getMessage(), failure);
                    }
                    hook.exitWith(0);
                } finally {
                    hook.remove();
                }
            }
            print(capturingReport(outbox, outboxMeters, payloads), out);
            return hook.exitCode();
        } catch (OutboxException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static OutboxSender startSender(OutboxEdgeConfig config, Outbox outbox, OutboxMeters meters) {
        return config.mqtt()
                .map(mqtt -> OutboxSender.start(outbox, config.line(), mqtt, meters))
                .orElseGet(() -> OutboxSender.start(outbox, config.line(), meters));
    }

    private static ImageSource openSource(
            OutboxEdgeConfig config, ImageUploadHandler posted, Meters meters, DownloadListener download)
            throws IOException {
        List<ImageSource> sources = new ArrayList<>();
        if (config.source().isPresent()) {
            sources.add(config.source().get().open(download).source());
        }
        SourceConfig.Live live = config.live();
        if (!live.addresses().isEmpty()) {
            Map<String, String> bySensor = new LinkedHashMap<>();
            live.addresses()
                    .forEach((sensor, address) -> bySensor.put(sensor.isEmpty() ? config.sensor() : sensor, address));
            sources.add(CameraSource.start(
                    bySensor,
                    live.every(),
                    live.silence(),
                    (int) config.maxImage().bytes(),
                    meters.registry()));
        }
        if (live.post()) {
            sources.add(posted);
        }
        return sources.size() == 1 ? sources.get(0) : new CombinedSource(sources);
    }

    private static String capturingReport(Outbox outbox, OutboxMeters meters, PayloadPublisher payloads) {
        return String.format(
                Locale.ROOT,
                "stored %,d frames, sent %,.0f frames in %,.0f bytes over the network, dropped %,d frames; %,d "
                        + "frames wait in the outbox; %s",
                outbox.storedFrames(),
                meters.sentFrames(),
                meters.lineBytes(),
                outbox.droppedFrames(),
                outbox.frames(),
                String.join("; ", payloads.remarks()));
    }

    private static void print(String report, PrintStream out) {
        out.println(report);
        out.flush();
    }

    /**
     * Live until the sender fails, for example because another device uses its id. Ready with and without a connection.
     */
    private record EdgeHealth(OutboxSender sender, OutboxMeters meters) implements Health {

        @Override
        public boolean isLive() {
            return sender.failure() == null;
        }

        @Override
        public boolean isReady() {
            return isLive();
        }

        @Override
        public String state() {
            return meters.isUp() ? "SENDING" : "STORING";
        }
    }
}
