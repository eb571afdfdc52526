package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.classifier.accuracy.Outcome;
import io.featherwire.classifier.accuracy.Position;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.metrics.BatchMetrics;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Sends each classification on, and keeps the ledger of its partition: a thin adapter around {@link Ledger}. */
final class AccuracyProcessor extends ContextualProcessor<byte[], Object, byte[], byte[]> {
    static final Duration TICK = Duration.ofMillis(100);

    private final LedgerSettings settings;
    private final ClassifierSerdes serdes;
    private final BundleShelf shelf;
    private final BatchMetrics batchMetrics;
    private final AccuracyMetrics metrics;
    private final PayloadDrift drift;
    private final DrainSignal drain;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private Ledger ledger;

    @SuppressWarnings("NullAway.Init")
    private PartsEmitter emitter;

    private long emittedAt;

    AccuracyProcessor(
            LedgerSettings settings,
            ClassifierSerdes serdes,
            BundleShelf shelf,
            BatchMetrics batchMetrics,
            AccuracyMetrics metrics,
            PayloadDrift drift,
            DrainSignal drain) {
        this.settings = settings;
        this.serdes = serdes;
        this.shelf = shelf;
        this.batchMetrics = batchMetrics;
        this.metrics = metrics;
        this.drift = drift;
        this.drain = drain;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(ClassifierTopology.LEDGER_STORE);
        ledger = Ledger.rebuild(new KafkaLedgerStore(store), settings);
        emitter = new PartsEmitter(serdes.accuracyParts(), context.taskId().partition());
        emittedAt = 0;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
    }

    @Override
    public void process(Record<byte[], Object> record) {
        if (record.value() instanceof LedgerInput.Classified classified) {
            classified(record, classified);
        } else if (record.value() instanceof LedgerInput.Labelled labelled) {
            labelled(labelled);
        }
    }

    private void classified(Record<byte[], Object> record, LedgerInput.Classified input) {
        ledger.announce(input.prediction().bundle(), input.classes());
        var outcome = ledger.predicted(
                input.frame(), input.prediction(), input.from(), context().currentSystemTimeMs());
        metrics.classified(outcome, input.classification());
        if (outcome != Outcome.DUPLICATE) {
            input.expected()
                    .ifPresent(expected -> drift.frame(
                            input.frame().sensorId(), input.prediction().payloadBytes(), expected));
        }
        context()
                .forward(
                        record.withValue(serdes.classifications().encode(input.classification())),
                        ClassifierTopology.CLASSIFICATIONS);
    }

    private void labelled(LedgerInput.Labelled input) {
        var name = input.label().name();
        long now = context().currentSystemTimeMs();
        var from = new Position(input.source().offset(), input.source().timestamp());
        var outcome = shelf.mayHaveClass(name) || ledger.knowsClass(name)
                ? ledger.labelled(input.frame(), input.label(), from, now)
                : Outcome.UNKNOWN_LABEL;
        metrics.labelled(outcome);
        if (outcome == Outcome.UNKNOWN_LABEL) {
            var bad = new BadRecordException(
                    "join-label", "unknown-label", "the label is no class of the frame's bundle", null);
            batchMetrics.rejected(bad.stage(), bad.reason());
            context()
                    .forward(
                            DeadLetters.record(input.source(), bad.stage(), bad.reason(), bad, now),
                            ClassifierTopology.DEAD_LETTERS);
        }
    }

    private void tick(long now) {
        if (!drain.requested() && now - emittedAt < ClassifierTopology.EMIT_INTERVAL.toMillis()) {
            return;
        }
        emittedAt = now;
        ledger.expire(now);
        emitter.changed(ledger, now).forEach((key, value) -> context()
                .forward(new Record<>(key.bytes(), value, now), ClassifierTopology.ACCURACY_PARTS_OUT));
    }
}
