package io.featherwire.producer.mqtt.source;

/** Another process runs with the id of this source, and has taken over its transactions. */
final class SourceReplacedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SourceReplacedException(Throwable cause) {
        super("another producer has taken over the transactions", cause);
    }
}
