package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.classifier.accuracy.LedgerOutcome;
import io.featherwire.schemas.Classification;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The meters that the accuracy processors of an instance share. */
final class AccuracyMetrics {
    private static final long LONGEST_MS = Duration.ofDays(36_500).toMillis();

    private final Map<LedgerOutcome, Counter> classified = new EnumMap<>(LedgerOutcome.class);
    private final Map<LedgerOutcome, Counter> labelled = new EnumMap<>(LedgerOutcome.class);
    private final Counter failures;
    private final Timer latency;
    private final DistributionSummary payload;
    private final LabelPartitionCheck placement;
    private final SensorActivity sensors = new SensorActivity();

    /** Registers the meters. */
    public AccuracyMetrics(MeterRegistry registry) {
        for (var outcome : LedgerOutcome.values()) {
            classified.put(
                    outcome,
                    counter(
                            registry,
                            "featherwire.classifications",
                            "Classifications by their outcome in the accuracy ledger.",
                            outcome));
            labelled.put(
                    outcome,
                    counter(
                            registry,
                            "featherwire.labels",
                            "Labels by their outcome in the accuracy ledger.",
                            outcome));
        }
        failures = Counter.builder("featherwire.accuracy.failures")
                .description(
                        "Classifications, labels and counts that the accuracy ledger failed to process; classification continues.")
                .register(registry);
        latency = Timer.builder("featherwire.latency")
                .description("Time from the capture of an image to its classification.")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        payload = DistributionSummary.builder("featherwire.payload.bytes")
                .description("Size of the classified payloads, in bytes.")
                .register(registry);
        placement = new LabelPartitionCheck(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String about, LedgerOutcome outcome) {
        return Counter.builder(name)
                .description(about)
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }

    void recordClassified(LedgerOutcome outcome, Classification classification) {
        requireNonNull(classified.get(outcome), "counter").increment();
        recordLatency(classification);
        sensors.recordFrame(
                classification.getSensorId(),
                classification.getCapturedAt().toEpochMilli(),
                classification.getClassifiedAt().toEpochMilli());
        payload.record(classification.getPayloadBytes());
    }

    SensorActivity sensors() {
        return sensors;
    }

    /**
     * Records the latency of a frame. Latencies that are negative or implausibly long come from wrong clocks and are
     * not recorded.
     */
    private void recordLatency(Classification classification) {
        long ms = classification.getClassifiedAt().toEpochMilli()
                - classification.getCapturedAt().toEpochMilli();
        if (ms >= 0 && ms <= LONGEST_MS) {
            latency.record(ms, TimeUnit.MILLISECONDS);
        }
    }

    /** Counts a record that the ledger failed to process. */
    void countFailure() {
        failures.increment();
    }

    LabelPartitionCheck placement() {
        return placement;
    }

    void countLabel(LedgerOutcome outcome) {
        requireNonNull(labelled.get(outcome), "counter").increment();
    }
}
