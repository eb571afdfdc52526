package io.featherwire.runtime.deadletter;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The dead-letter sink of a topology, as a processor sees it.
 *
 * @param letters makes the dead letters
 * @param name the name of the sink node
 */
public record DeadLetterNode(DeadLetters letters, String name) {
    public DeadLetterNode {
        requireNonNull(letters, "letters");
        requireNonNull(name, "name");
    }

    /** Forwards a rejected record to the sink: its original bytes, with the reason in headers. */
    public void send(
            ProcessorContext<byte[], ?> context, SourceRecord source, String stage, String reason, Throwable cause) {
        // A processor context has a single output type, that of the results, but this child node accepts bytes.
        @SuppressWarnings("unchecked")
        var toSink = (ProcessorContext<byte[], byte[]>) context;
        letters.toLetters(source, stage, reason, cause, context.currentSystemTimeMs())
                .forEach(letter -> toSink.forward(letter, name));
    }
}
