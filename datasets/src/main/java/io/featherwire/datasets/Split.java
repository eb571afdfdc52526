package io.featherwire.datasets;

import java.io.IOException;
import java.util.stream.IntStream;

/** One part of a data set. The order of the images is equal on every machine, and every prefix is a fair sample. */
public interface Split {

    int size();

    /** The image at {@code index}, 0 ≤ index &lt; size. The bytes are not checked, so that decoding may fail. */
    LabelledImage get(int index) throws IOException;

    /** The first {@code count} images, or all if there are fewer. */
    default Split first(int count) {
        return count >= size() ? this : rows(IntStream.range(0, count).toArray());
    }

    /** The images at these indices, in this order. */
    default Split rows(int... indices) {
        Split all = this;
        int[] rows = indices.clone();
        return new Split() {
            @Override
            public int size() {
                return rows.length;
            }

            @Override
            public LabelledImage get(int index) throws IOException {
                return all.get(rows[index]);
            }
        };
    }

    /** The images of this split followed by those of another. */
    default Split concat(Split more) {
        Split first = this;
        return new Split() {
            @Override
            public int size() {
                return first.size() + more.size();
            }

            @Override
            public LabelledImage get(int index) throws IOException {
                return index < first.size() ? first.get(index) : more.get(index - first.size());
            }
        };
    }
}
