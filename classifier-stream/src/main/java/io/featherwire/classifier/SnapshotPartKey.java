package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.classifier.accuracy.SnapshotKey;

/** The key of a partition's snapshot on the topic of accuracy parts: partition, bundle or head, and window. */
record SnapshotPartKey(int partition, SnapshotKey of) {
    private static final int MAX_PARTITIONS = 100_000;

    byte[] toBytes() {
        return (partition + "/" + of.text()).getBytes(UTF_8);
    }

    /** Parses a key; throws IllegalArgumentException if the bytes are not such a key. */
    static SnapshotPartKey parse(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("the key is not partition/bundle/window");
        }
        int partition = Integer.parseInt(text.substring(0, slash));
        if (partition < 0 || partition >= MAX_PARTITIONS) {
            throw new IllegalArgumentException("partition " + partition);
        }
        return new SnapshotPartKey(partition, SnapshotKey.parse(text.substring(slash + 1)));
    }
}
