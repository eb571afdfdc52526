package io.featherwire.runtime.deadletter;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The dead-letter sink of a topology, for a processor.
 *
 * @param letters factory of dead letters
 * @param name of the node
 */
public record DeadLetterNode(DeadLetters letters, String name) {
    public DeadLetterNode {
        requireNonNull(letters, "letters");
        requireNonNull(name, "name");
    }

    /** Forwards a rejected record: its original bytes, with the reason. */
    public void bury(
            ProcessorContext<byte[], ?> context, SourceRecord source, String stage, String reason, Throwable cause) {
        // A processor context has one output type, that of the results; this child node takes bytes.
        @SuppressWarnings("unchecked")
        var toSink = (ProcessorContext<byte[], byte[]>) context;
        letters.of(source, stage, reason, cause, context.currentSystemTimeMs())
                .forEach(letter -> toSink.forward(letter, name));
    }
}
