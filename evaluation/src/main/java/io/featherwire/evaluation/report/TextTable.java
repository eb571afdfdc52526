package io.featherwire.evaluation.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text table; the first column is left-aligned, the others are right-aligned. */
public final class TextTable {

    private final List<String> heading;
    private final List<List<String>> rows = new ArrayList<>();

    public TextTable(String... heading) {
        this.heading = List.of(heading);
    }

    public void addRow(String... cells) {
        if (cells.length != heading.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + heading);
        }
        rows.add(List.of(cells));
    }

    /** Formats the table for a console, with two spaces between columns. */
    public String toText() {
        int[] widths = IntStream.range(0, heading.size()).map(this::width).toArray();
        StringBuilder text = new StringBuilder(toLine(heading, widths));
        text.append("─".repeat(IntStream.of(widths).sum() + 2 * (widths.length - 1)))
                .append('\n');
        rows.forEach(row -> text.append(toLine(row, widths)));
        return text.toString();
    }

    private int width(int column) {
        return Math.max(
                heading.get(column).length(),
                rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0));
    }

    private static String toLine(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? cells.get(i) + padding : "  " + padding + cells.get(i));
        }
        return line.toString().stripTrailing() + "\n";
    }

    public String toMarkdown() {
        StringBuilder text = new StringBuilder(toMarkdown(heading));
        text.append("| --- |")
                .append(String.join("", Collections.nCopies(heading.size() - 1, " ---: |")))
                .append('\n');
        rows.forEach(row -> text.append(toMarkdown(row)));
        return text.toString();
    }

    private static String toMarkdown(List<String> cells) {
        return cells.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
