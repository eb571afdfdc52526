package io.featherwire.lab.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All rows of one benchmark run, with machine, settings and goals. */
public record BenchReport(
        Map<String, String> machine, Map<String, String> settings, List<BenchRow> rows, List<PerformanceGoal> goals)
        implements MachineReport {

    public BenchReport {
        rows = List.copyOf(rows);
        goals = List.copyOf(goals);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(MachineReport.line(machine));
        lines.add(MachineReport.line(settings));
        lines.add("%-56s %10s %11s %11s %11s %8s %8s %6s %8s"
                .formatted(
                        "",
                        "frames/s",
                        "CPU s/1000",
                        "broker CPU",
                        "JIT s/1000",
                        "p50 ms",
                        "p99 ms",
                        "fill",
                        "RSS MiB"));
        for (BenchRow row : rows) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-56s %10.1f %11.3f %11s %11.3f %8s %8s %6s %8d",
                    row.name(),
                    row.framesPerSecond(),
                    row.cpuSecondsPer1000(),
                    row.brokerCpuSecondsPer1000() == null
                            ? ""
                            : String.format(Locale.ROOT, "%.3f", row.brokerCpuSecondsPer1000()),
                    row.compilerSecondsPer1000(),
                    toText(row.latencyMsP50()),
                    toText(row.latencyMsP99()),
                    toText(row.batchFill()),
                    row.peakRssMib()));
        }
        lines.add("");
        for (PerformanceGoal goal : goals) {
            lines.add(toLine(goal));
        }
        return lines;
    }

    private static String toLine(PerformanceGoal goal) {
        String value = String.format(Locale.ROOT, "%-62s %10.2f", goal.name(), goal.value());
        return goal.target() == null
                ? value + "   without target"
                : String.format(
                        Locale.ROOT,
                        "%s   %s %8.2f   %s",
                        value,
                        goal.atLeast() ? ">=" : "<=",
                        goal.target(),
                        goal.isMet() ? "met" : "NOT MET");
    }

    private static String toText(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.1f", value);
    }
}
