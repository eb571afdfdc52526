package io.featherwire.trainer.data;

record ConcatenatedFeatures(Features first, Features second) implements Features {
    ConcatenatedFeatures {
        if (first.values() != second.values()) {
            throw new IllegalArgumentException(
                    "cannot concatenate features of " + first.values() + " values and of " + second.values());
        }
    }

    @Override
    public int count() {
        return first.count() + second.count();
    }

    @Override
    public int values() {
        return first.values();
    }

    @Override
    public void get(int index, float[] to, int offset) {
        if (index < first.count()) {
            first.get(index, to, offset);
        } else {
            second.get(index - first.count(), to, offset);
        }
    }
}
