package io.featherwire.classifier;

import io.featherwire.classifier.accuracy.FramePrediction;
import io.featherwire.classifier.accuracy.InputPosition;
import io.featherwire.classifier.accuracy.Ledger;
import io.featherwire.classifier.accuracy.LedgerOutcome;
import io.featherwire.classifier.accuracy.LedgerSettings;
import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.RecordEnvelope;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.log.RateLimitedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the accuracy ledger of one partition, as an adapter between Kafka Streams and {@link Ledger}. If the ledger
 * fails to process a record, the failure is counted, the record becomes a dead letter if it is a label, and the stream
 * continues, since classifications do not depend on the ledger. Only an exception of the state store stops the stream.
 */
final class AccuracyProcessor extends ContextualProcessor<byte[], LedgerInput, byte[], byte[]> {
    static final Duration TICK = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(AccuracyProcessor.class);
    private static final String STAGE = "join-label";

    private final LedgerSettings settings;
    private final ClassifierSerdes serdes;
    private final BundleRegistry bundleRegistry;
    private final HeadRegistry heads;
    private final DeadLetterSender deadLetters;
    private final AccuracyMetrics metrics;
    private final PayloadDrift drift;
    private final DrainSignal drain;
    private final long largest;
    private final RateLimitedLog log = new RateLimitedLog(LOG);

    /** Empty if the store cannot be read; accuracy is then not counted. */
    private Optional<Ledger> ledger = Optional.empty();

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    private SnapshotPartEmitter emitter;

    private long emittedAt;

    /** @param largest the maximum size of a written record, in bytes */
    AccuracyProcessor(
            LedgerSettings settings,
            ClassifierSerdes serdes,
            BundleRegistry bundleRegistry,
            HeadRegistry heads,
            DeadLetterSender deadLetters,
            AccuracyMetrics metrics,
            PayloadDrift drift,
            DrainSignal drain,
            long largest) {
        this.settings = settings;
        this.serdes = serdes;
        this.bundleRegistry = bundleRegistry;
        this.heads = heads;
        this.deadLetters = deadLetters;
        this.metrics = metrics;
        this.drift = drift;
        this.drain = drain;
        this.largest = largest;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        emitter =
                new SnapshotPartEmitter(serdes.accuracyParts(), context.taskId().partition());
        emittedAt = 0;
        ledger = Optional.empty();
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(ClassifierTopology.LEDGER_STORE);
        runGuarded(
                "load its store",
                () -> ledger = Optional.of(
                        Ledger.rebuild(new KafkaLedgerStore(store, largest), settings, this::sendRefusedLabel)));
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::onPunctuation);
    }

    @Override
    public void process(Record<byte[], LedgerInput> record) {
        if (record.value() instanceof LedgerInput.Classified classified) {
            runCounted("count a classification", () -> addClassification(ledger.orElseThrow(), classified));
        } else if (record.value() instanceof LedgerInput.Labelled labelled
                && !runCounted("count a label", () -> addLabel(ledger.orElseThrow(), labelled))) {
            send(labelled.source(), "failed", "the accuracy ledger cannot count the label; see the log");
        }
    }

    private void addClassification(Ledger to, LedgerInput.Classified input) {
        to.addHead(input.head());
        var further = new ArrayList<FramePrediction>();
        for (var prediction : input.further()) {
            prediction.counted().ifPresent(counted -> {
                to.addHead(counted.head());
                further.add(counted.prediction());
            });
        }
        var outcome = to.addPrediction(
                input.frame(),
                input.prediction(),
                further,
                input.from(),
                context().currentSystemTimeMs());
        metrics.recordClassified(outcome, input.classification());
        if (outcome != LedgerOutcome.DUPLICATE) {
            input.expected()
                    .ifPresent(expected -> drift.addFrame(
                            input.frame().sensorId(), input.prediction().payloadBytes(), expected));
        }
    }

    private void addLabel(Ledger to, LedgerInput.Labelled input) {
        var name = input.label().name();
        var from = new InputPosition(input.source().offset(), input.source().timestamp());
        var outcome = bundleRegistry.mayHaveClass(name) || heads.mayHaveClass(name) || to.hasClass(name)
                ? to.addLabel(
                        input.frame(),
                        input.label(),
                        RecordEnvelope.encode(input.source()),
                        from,
                        context().currentSystemTimeMs())
                : LedgerOutcome.UNKNOWN_LABEL;
        metrics.countLabel(outcome);
        if (outcome == LedgerOutcome.UNKNOWN_LABEL) {
            sendUnknownLabel(input.source());
        }
    }

    /** Sends to the dead letters a label that arrived before its frame and is not a class of any head of the frame. */
    private void sendRefusedLabel(byte[] record) {
        metrics.countLabel(LedgerOutcome.UNKNOWN_LABEL);
        sendUnknownLabel(RecordEnvelope.decode(record));
    }

    private void sendUnknownLabel(SourceRecord label) {
        send(
                label,
                "unknown-label",
                "the label is not a class of any head that classified the frame, or not of the head that "
                        + "the label names");
    }

    private void send(SourceRecord source, String reason, String message) {
        deadLetters.send(context(), source, new BadRecordException(STAGE, reason, message, null));
    }

    private void onPunctuation(long now) {
        long since = now - emittedAt;
        // If the clock was set back, the counts must still be published.
        if (!drain.isRequested() && since >= 0 && since < ClassifierTopology.EMIT_INTERVAL.toMillis()) {
            return;
        }
        emittedAt = now;
        ledger.ifPresent(counted -> {
            runGuarded("expire entries", () -> counted.expire(now));
            runGuarded("publish counts", () -> publishSnapshots(counted, now));
        });
    }

    private void publishSnapshots(Ledger counted, long now) {
        emitter.takeSchema().ifPresent(schema -> forward(SnapshotPartSchemas.KEY_OF_OWN, schema, now));
        emitter.changedParts(counted, now, drain.isRequested())
                .forEach((key, value) -> forward(key.toBytes(), value, now));
    }

    private void forward(byte[] key, byte[] value, long now) {
        if (key.length + value.length > largest) {
            throw new IllegalStateException("counts of " + value.length + " bytes are too large for their topic");
        }
        context().forward(new Record<>(key, value, now), ClassifierTopology.ACCURACY_PARTS_OUT);
    }

    private boolean runCounted(String what, Runnable action) {
        if (ledger.isEmpty()) {
            metrics.countFailure();
            return false;
        }
        return runGuarded(what, action);
    }

    /** Runs an action; returns false if the ledger failed. */
    private boolean runGuarded(String what, Runnable action) {
        try {
            action.run();
            return true;
        } catch (KafkaException e) {
            throw e;
        } catch (RuntimeException e) {
            metrics.countFailure();
            log.error(
                    "the accuracy ledger of partition {} cannot {}; classification continues: {}",
                    context().taskId().partition(),
                    what,
                    e.toString());
            LOG.debug("accuracy", e);
            return false;
        }
    }
}
