package io.featherwire.runtime.deadletter;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * The sink of a topology that takes dead letters, as a processor sees it.
 *
 * @param letters as they are written
 * @param name of the node
 */
public record DeadLetterNode(DeadLetters letters, String name) {
    public DeadLetterNode {
        requireNonNull(letters, "letters");
        requireNonNull(name, "name");
    }

    /** Forwards what is rejected: its bytes as they came, with the reason. */
    public void bury(
            ProcessorContext<byte[], ?> context, SourceRecord source, String stage, String reason, Throwable cause) {
        // A context has one type for what its processor forwards, that of the results; this child takes bytes.
        @SuppressWarnings("unchecked")
        var toSink = (ProcessorContext<byte[], byte[]>) context;
        letters.of(source, stage, reason, cause, context.currentSystemTimeMs())
                .forEach(letter -> toSink.forward(letter, name));
    }
}
