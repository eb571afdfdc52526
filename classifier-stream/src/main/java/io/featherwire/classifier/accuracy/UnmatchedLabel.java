package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A label that waits for its frame's classification.
 *
 * @param record the label's whole record, which becomes a dead letter if no head of the frame has the class
 */
record UnmatchedLabel(FrameLabel label, ByteBuffer record) {
    UnmatchedLabel {
        requireNonNull(label, "label");
        record = record.asReadOnlyBuffer();
    }

    static UnmatchedLabel of(FrameLabel label, byte[] record) {
        return new UnmatchedLabel(label, ByteBuffer.wrap(record.clone()));
    }

    byte[] recordBytes() {
        byte[] bytes = new byte[record.remaining()];
        record.duplicate().get(bytes);
        return bytes;
    }
}
