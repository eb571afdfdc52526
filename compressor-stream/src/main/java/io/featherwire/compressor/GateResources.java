package io.featherwire.compressor;

import static java.util.Objects.requireNonNull;

import io.featherwire.codec.PayloadClassifier;
import io.featherwire.codec.Prediction;
import io.featherwire.codec.bundle.Bundle;
import io.featherwire.codec.gate.GateCounts;
import io.featherwire.codec.gate.SceneGate;
import io.featherwire.codec.image.ImageDecoder;
import io.featherwire.codec.image.ImageLimits;
import io.featherwire.codec.image.InputSpec;
import io.featherwire.codec.payload.PayloadException;
import io.featherwire.runtime.GateSettings;
import io.featherwire.runtime.log.RateLimitedLog;
import io.featherwire.runtime.metrics.GateMeters;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that the gate's processors share: the rules, the image decoder, and the classifier whose predictions the
 * audits compare.
 */
final class GateResources implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GateResources.class);
    /**
     * The maximum CPU time for decoding an image for the comparison, since the comparison runs on the stream thread.
     */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

    private final SceneGate rules;
    private final ImageDecoder decoder;
    private final ImageRecords records;
    private final PayloadClassifier classifier;
    private final GateMeters meters;
    private final RateLimitedLog closed = new RateLimitedLog(LOG);

    /** @param classifier the classifier of the bundle; closed with this object */
    GateResources(
            GateSettings settings,
            ImageLimits limits,
            ImageRecords records,
            PayloadClassifier classifier,
            MeterRegistry registry) {
        this.rules = new SceneGate(settings.levels(), settings.audit(), settings.agreement(), settings.maxRepeats());
        this.decoder = new ImageDecoder(new ImageLimits(
                limits.maxBytes(),
                limits.maxPixels(),
                limits.maxMemory(),
                limits.maxScans(),
                limits.maxTime().compareTo(LONGEST_LOOK) < 0 ? limits.maxTime() : LONGEST_LOOK));
        this.records = requireNonNull(records, "records");
        this.classifier = requireNonNull(classifier, "classifier");
        this.meters = new GateMeters(registry);
    }

    SceneGate rules() {
        return rules;
    }

    ImageDecoder decoder() {
        return decoder;
    }

    ImageRecords records() {
        return records;
    }

    GateMeters meters() {
        return meters;
    }

    /** The input specification of the network, which may crop an image to its middle. */
    InputSpec inputSpec() {
        return classifier.bundle().manifest().input();
    }

    byte[] fingerprintBytes() {
        Bundle bundle = classifier.bundle();
        return bundle.fingerprint().bytes();
    }

    /** The predictions that the decoder side will make for these payloads, in order. */
    List<Prediction> predict(List<byte[]> payloads) {
        List<float[]> codes = new ArrayList<>(payloads.size());
        for (byte[] payload : payloads) {
            try {
                codes.add(classifier.decode(payload));
            } catch (PayloadException e) {
                throw new IllegalStateException("cannot decode a payload that was just encoded", e);
            }
        }
        return classifier.classify(codes);
    }

    /** Closes the gate of a sensor if its counts require it, and returns the new counts. */
    GateCounts closeIfNeeded(String sensorId, GateCounts counts) {
        return rules.reasonToClose(counts)
                .map(reason -> {
                    closed.warn(
                            "the gate of sensor {} closes for {} frames: {}",
                            sensorId,
                            rules.close(counts).closedFrames(),
                            reason);
                    meters.countClosing();
                    return rules.close(counts);
                })
                .orElse(counts);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
