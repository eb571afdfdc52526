package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.classifier.accuracy.SnapshotKey;

/** Key of one partition's part of a snapshot on the topic accuracy-parts: partition, bundle, window. */
record SnapshotPartKey(int partition, SnapshotKey of) {
    private static final int MOST_PARTITIONS = 100_000;

    byte[] bytes() {
        return (partition + "/" + of.text()).getBytes(UTF_8);
    }

    /** Throws IllegalArgumentException if the text is not such a key. */
    static SnapshotPartKey parse(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not partition/bundle/window");
        }
        int partition = Integer.parseInt(text.substring(0, slash));
        if (partition < 0 || partition >= MOST_PARTITIONS) {
            throw new IllegalArgumentException("partition " + partition);
        }
        return new SnapshotPartKey(partition, SnapshotKey.parse(text.substring(slash + 1)));
    }
}
