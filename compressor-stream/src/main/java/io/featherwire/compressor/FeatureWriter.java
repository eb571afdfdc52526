package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Adds the audit result of a frame as a header of its features record, so that a frame without an audit has no
 * additional bytes.
 */
final class FeatureWriter extends ContextualProcessor<byte[], CompressedFrame, byte[], CompactFeature> {

    @Override
    public void process(Record<byte[], CompressedFrame> record) {
        CompressedFrame frame = record.value();
        frame.audit().ifPresent(result -> result.addTo(record.headers()));
        context().forward(record.withValue(frame.feature()));
    }
}
