package io.featherwire.datasets;

import java.io.IOException;

/** One part of a data set, in an order that is the same on every machine and in which every prefix is a fair sample. */
public interface Split {

    int size();

    /** The image at {@code index}, 0 ≤ index &lt; size. Its bytes are as stored: they may turn out not to decode. */
    LabelledImage get(int index) throws IOException;

    /** The first {@code count} images, or all of them where there are fewer. */
    default Split first(int count) {
        if (count >= size()) {
            return this;
        }
        Split all = this;
        return new Split() {
            @Override
            public int size() {
                return count;
            }

            @Override
            public LabelledImage get(int index) throws IOException {
                return all.get(java.util.Objects.checkIndex(index, count));
            }
        };
    }
}
