package io.featherwire.classifier;

import static java.util.Objects.requireNonNull;

import io.featherwire.runtime.batch.BadRecordException;
import io.featherwire.runtime.deadletter.DeadLetterNode;
import io.featherwire.runtime.deadletter.SourceRecord;
import io.featherwire.runtime.metrics.BatchMetrics;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/** Sends records to the dead letters and counts them. */
record DeadLetterSender(DeadLetterNode node, BatchMetrics metrics) {
    DeadLetterSender {
        requireNonNull(node, "node");
        requireNonNull(metrics, "metrics");
    }

    void send(ProcessorContext<byte[], ?> context, SourceRecord source, BadRecordException bad) {
        metrics.countRejection(bad.stage(), bad.reason());
        node.send(context, source, bad.stage(), bad.reason(), bad);
    }
}
