package io.featherwire.compressor;

import io.featherwire.schemas.CompactFeature;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/** Puts what the audit says of a frame into a header of its features record: a frame that is not audited pays no byte for it. */
final class FeatureWriter extends ContextualProcessor<byte[], CompressedFrame, byte[], CompactFeature> {

    @Override
    public void process(Record<byte[], CompressedFrame> record) {
        CompressedFrame frame = record.value();
        frame.audit().ifPresent(result -> result.addTo(record.headers()));
        context().forward(record.withValue(frame.feature()));
    }
}
