package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.Outcome;
import io.featherwire.schemas.Classification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What this instance's accuracy processors did, as meters. */
public final class AccuracyMetrics {
    private final Map<Outcome, Counter> classified = new EnumMap<>(Outcome.class);
    private final Map<Outcome, Counter> labelled = new EnumMap<>(Outcome.class);
    private final Timer latency;
    private final DistributionSummary payload;

    /** Meters of one application. */
    public AccuracyMetrics(MeterRegistry registry) {
        for (var outcome : Outcome.values()) {
            classified.put(
                    outcome,
                    counter(
                            registry,
                            "featherwire.classifications",
                            "Classifications by what the ledger made of them.",
                            outcome));
            labelled.put(
                    outcome,
                    counter(registry, "featherwire.labels", "Labels by what the ledger made of them.", outcome));
        }
        latency = Timer.builder("featherwire.latency")
                .description("From the capture of an image to its classification.")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        payload = DistributionSummary.builder("featherwire.payload.bytes")
                .description("Size of the payloads classified.")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String about, Outcome outcome) {
        return Counter.builder(name)
                .description(about)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void classified(Outcome outcome, Classification classification) {
        classified.get(outcome).increment();
        latency.record(Duration.between(classification.getCapturedAt(), classification.getClassifiedAt()));
        payload.record(classification.getPayloadBytes());
    }

    void labelled(Outcome outcome) {
        labelled.get(outcome).increment();
    }
}
