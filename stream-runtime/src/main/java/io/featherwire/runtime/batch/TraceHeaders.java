package io.featherwire.runtime.batch;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of the W3C trace context, the only headers that results inherit from their source records. */
final class TraceHeaders {

    private static final List<String> NAMES = List.of("traceparent", "tracestate");
    private static final int LONGEST = 512;

    private TraceHeaders() {}

    static Headers of(Headers headers) {
        Headers kept = new RecordHeaders();
        for (String name : NAMES) {
            Header header = headers.lastHeader(name);
            if (header != null && header.value() != null && header.value().length <= LONGEST) {
                kept.add(header);
            }
        }
        return kept;
    }
}
