package io.featherwire.classifier.accuracy;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A label that waits for its frame.
 *
 * @param record its record, kept whole for the dead letters if the frame's bundle does not have its class
 */
record UnmatchedLabel(FrameLabel label, ByteBuffer record) {
    UnmatchedLabel {
        requireNonNull(label, "label");
        record = record.asReadOnlyBuffer();
    }

    static UnmatchedLabel of(FrameLabel label, byte[] record) {
        return new UnmatchedLabel(label, ByteBuffer.wrap(record.clone()));
    }

    byte[] bytes() {
        byte[] bytes = new byte[record.remaining()];
        record.duplicate().get(bytes);
        return bytes;
    }
}
