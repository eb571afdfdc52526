package io.featherwire.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.featherwire.classifier.accuracy.SnapshotKey;

/** Key of one partition's part of a snapshot on the topic accuracy-parts: partition, bundle, window. */
record PartKey(int partition, SnapshotKey of) {
    byte[] bytes() {
        return (partition + "/" + of.text()).getBytes(UTF_8);
    }

    /** Throws IllegalArgumentException for what is no such key. */
    static PartKey parse(byte[] bytes) {
        var text = new String(bytes, UTF_8);
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not partition/bundle/window");
        }
        return new PartKey(Integer.parseInt(text.substring(0, slash)), SnapshotKey.parse(text.substring(slash + 1)));
    }
}
