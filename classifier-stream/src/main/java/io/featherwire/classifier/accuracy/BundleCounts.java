package io.featherwire.classifier.accuracy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;

/** The counts of one bundle or further head over a set of frames, with a sparse confusion matrix. Not thread-safe. */
public final class BundleCounts {
    private final long[] counts = new long[Counter.values().length];
    /**
     * The non-zero cells. The key has the label's class index in the upper and the predicted class index in the lower
     * 16 bits.
     */
    private final TreeMap<Integer, Long> confusion = new TreeMap<>();

    private long changes;

    /** The value of a count. */
    public long get(Counter count) {
        return counts[count.ordinal()];
    }

    /** The number of frames of class {@code label} that were predicted as {@code predicted}; both are class indexes. */
    public long confusion(int label, int predicted) {
        return confusion.getOrDefault(cell(label, predicted), 0L);
    }

    /** Visits the non-zero cells of the confusion matrix. */
    public void forEachCell(CellVisitor visitor) {
        confusion.forEach((cell, n) -> visitor.visit(cell >>> 16, cell & 0xffff, n));
    }

    /** Whether all counts are zero. */
    public boolean isEmpty() {
        return confusion.isEmpty() && Arrays.stream(counts).allMatch(n -> n == 0);
    }

    /** The number of non-zero cells of the confusion matrix. */
    public int cellCount() {
        return confusion.size();
    }

    /** A number that increases with each change of the counts. */
    public long changes() {
        return changes;
    }

    void add(Counter count, long n) {
        counts[count.ordinal()] += n;
        changes++;
    }

    void addCell(int label, int predicted, long n) {
        confusion.merge(cell(label, predicted), n, BundleCounts::sumOrRemove);
        changes++;
    }

    /** Adds other counts of the same class list ({@code sign} 1), or subtracts them ({@code sign} -1). */
    void addAll(BundleCounts other, int sign) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += sign * other.counts[i];
        }
        other.confusion.forEach((cell, n) -> confusion.merge(cell, sign * n, BundleCounts::sumOrRemove));
        changes++;
    }

    void forEachCount(ObjLongConsumer<Counter> visitor) {
        for (var count : Counter.values()) {
            visitor.accept(count, get(count));
        }
    }

    /** Counts waiting entries as given up, since their bucket closes. */
    void closeWaiting() {
        add(Counter.LABEL_NEVER, get(Counter.CLASSIFIED) - get(Counter.MATCHED));
        add(Counter.LABEL_WITHOUT_PREDICTION, get(Counter.LABEL_PENDING));
        add(Counter.LABEL_PENDING, -get(Counter.LABEL_PENDING));
    }

    Map<Integer, Long> cells() {
        return confusion;
    }

    private static int cell(int label, int predicted) {
        return label << 16 | predicted;
    }

    @SuppressWarnings("NullAway") // null takes the cell out, as Map.merge says
    private static Long sumOrRemove(Long a, Long b) {
        long sum = a + b;
        return sum == 0 ? null : Long.valueOf(sum);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof BundleCounts other
                && Arrays.equals(counts, other.counts)
                && confusion.equals(other.confusion);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(counts) + confusion.hashCode();
    }

    @Override
    public String toString() {
        var text = new StringBuilder("Tally{");
        forEachCount((count, n) -> {
            if (n != 0) {
                text.append(count).append('=').append(n).append(' ');
            }
        });
        forEachCell((label, predicted, n) -> text.append('[')
                .append(label)
                .append(',')
                .append(predicted)
                .append("]=")
                .append(n)
                .append(' '));
        return text.append('}').toString();
    }

    /** Receives the cells of a confusion matrix. */
    @FunctionalInterface
    public interface CellVisitor {
        /** Visits a cell: {@code n} frames of class {@code label} were predicted as {@code predicted}. */
        void visit(int label, int predicted, long n);
    }
}
