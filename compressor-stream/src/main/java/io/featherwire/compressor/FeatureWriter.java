package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Forwards the features record of a frame, with the audit result, if there is one, in its headers. */
final class FeatureWriter extends ContextualProcessor<byte[], CompressedFrame, byte[], CompactFeature> {

    @Override
    public void process(Record<byte[], CompressedFrame> record) {
        CompressedFrame frame = record.value();
        frame.audit().ifPresent(result -> result.addTo(record.headers()));
        context().forward(record.withValue(frame.feature()));
    }
}
