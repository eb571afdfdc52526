package io.featherwire.evaluation.statistics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts the symbols of each channel of a code and computes their entropy. Not thread-safe while it is filled. */
public final class SymbolHistograms {

    private final int plane;
    private final List<Map<Integer, Integer>> channels = new ArrayList<>();
    private int codes;

    /** @param plane symbols per channel in one code */
    public SymbolHistograms(int channels, int plane) {
        this.plane = plane;
        for (int c = 0; c < channels; c++) {
            this.channels.add(new HashMap<>());
        }
    }

    /** Counts the symbols [C, plane] of one code. */
    public void add(int[] symbols) {
        for (int c = 0; c < channels.size(); c++) {
            for (int p = 0; p < plane; p++) {
                channels.get(c).merge(symbols[c * plane + p], 1, Integer::sum);
            }
        }
        codes++;
    }

    /**
     * The bits of each channel in one code: the entropy of the channel's symbols, assumed independent, times the
     * symbols per channel.
     */
    public double[] bitsPerChannel() {
        return channels.stream()
                .mapToDouble(histogram -> plane * entropyBits(histogram))
                .toArray();
    }

    private double entropyBits(Map<Integer, Integer> histogram) {
        double total = (double) codes * plane;
        return histogram.values().stream()
                .mapToDouble(count -> -count / total * Math.log(count / total) / Math.log(2))
                .sum();
    }
}
