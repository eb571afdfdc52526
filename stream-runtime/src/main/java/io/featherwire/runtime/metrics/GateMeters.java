package io.featherwire.runtime.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The meters of the gate: its decisions, and how often a repeat's prediction agrees with that of the network, over all
 * sensors of the process.
 */
public final class GateMeters {

    private static final double Z = 1.96;

    private final MeterRegistry registry;
    private final Map<Outcome, Counter> frames = new EnumMap<>(Outcome.class);
    private final Counter same;
    private final Counter other;
    private final Counter closed;

    private enum Outcome {
        CODE,
        AUDIT,
        REPEAT,
        PASS
    }

    public GateMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Outcome outcome : Outcome.values()) {
            frames.put(
                    outcome,
                    Counter.builder("featherwire.gate.frames")
                            .description("Frames by the gate's decision.")
                            .tag("decision", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        same = audits("same");
        other = audits("other");
        closed = Counter.builder("featherwire.gate.closed")
                .description(
                        "How often a sensor's gate closed, so that no frame is repeated for a while: audits showed too little "
                                + "agreement, or hardly any frame was a repeat.")
                .register(registry);
        Gauge.builder("featherwire.gate.agreement", this, GateMeters::agreement)
                .description("Share of all frames whose prediction the gate preserves, estimated from the audits.")
                .register(registry);
        Gauge.builder("featherwire.gate.agreement.low", this, GateMeters::agreementLow)
                .description("Lower bound of the agreement at 95 % confidence.")
                .register(registry);
    }

    private Counter audits(String prediction) {
        return Counter.builder("featherwire.gate.audits")
                .description(
                        "Audited repeats, by whether the network's prediction is the same as that of the repeated frame.")
                .tag("answer", prediction)
                .register(registry);
    }

    /**
     * Counts a decision.
     *
     * @param decision a constant that has the name of one of {@link Outcome}
     */
    public void countDecision(Enum<?> decision) {
        counter(Outcome.valueOf(decision.name())).increment();
    }

    public void countAudit(boolean samePrediction) {
        (samePrediction ? same : other).increment();
    }

    /** Counts a sensor's gate that closed. */
    public void countClosing() {
        closed.increment();
    }

    private Counter counter(Outcome outcome) {
        return requireNonNull(frames.get(outcome), "outcome");
    }

    private double repeats() {
        double all = frames.values().stream().mapToDouble(Counter::count).sum();
        return all == 0 ? 0 : counter(Outcome.REPEAT).count() / all;
    }

    /** The share of all frames whose prediction the gate preserves, estimated from the audits, 0..1. */
    private double agreement() {
        double audits = same.count() + other.count();
        return audits == 0 ? 1 : 1 - repeats() * other.count() / audits;
    }

    /** The lower bound of the agreement's 95 % confidence interval (Wilson), 0..1. */
    private double agreementLow() {
        double n = same.count() + other.count();
        if (n == 0) {
            return 1 - repeats();
        }
        double p = same.count() / n;
        double low = (p + Z * Z / (2 * n) - Z * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))) / (1 + Z * Z / n);
        return 1 - repeats() * (1 - low);
    }
}
