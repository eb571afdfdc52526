package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.DeadLetters;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Sends single records to the dead letters, and counts them. */
record DeadLetterSender(DeadLetters letters, BatchMetrics metrics) {
    DeadLetterSender {
        requireNonNull(letters, "letters");
        requireNonNull(metrics, "metrics");
    }

    void bury(ProcessorContext<byte[], ? super byte[]> context, SourceRecord source, BadRecordException bad) {
        metrics.rejected(bad.stage(), bad.reason());
        letters.of(source, bad.stage(), bad.reason(), bad, context.currentSystemTimeMs())
                .forEach(letter -> context.forward(letter, ClassifierTopology.DEAD_LETTERS));
    }
}
