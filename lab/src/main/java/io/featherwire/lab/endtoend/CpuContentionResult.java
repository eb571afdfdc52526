package io.featherwire.lab.endtoend;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/** A row that was measured beside busy processes, with the same row alone. */
record CpuContentionResult(String name, BenchRow alone, BenchRow row) {

    double share() {
        return row.framesPerSecond() / alone.framesPerSecond();
    }

    /**
     * Returns the goals of rows. On two cores, two busy processes leave half of the CPU time minus the cost of context
     * switches.
     *
     * @param rows the compressor first; the last row is the control, which commits equally often, without Featherwire
     * @param suffix names the busy processes
     */
    static List<PerformanceGoal> goals(List<CpuContentionResult> rows, String suffix) {
        List<PerformanceGoal> goals = new ArrayList<>();
        int last = rows.size() - 1;
        CpuContentionResult control = rows.get(last);
        for (int i = 0; i <= last; i++) {
            CpuContentionResult beside = rows.get(i);
            String name = beside.name() + suffix;
            Double share = i == last ? null : 0.45;
            Double cpu = i == last ? null : 1.0;
            goals.add(new PerformanceGoal(
                    name + ", throughput relative to that without busy processes", beside.share(), share, true));
            goals.add(new PerformanceGoal(
                    name + ", broker CPU time per frame, relative to that without busy processes",
                    brokerCpu(beside.row()) / brokerCpu(beside.alone()),
                    cpu,
                    false));
        }
        CpuContentionResult compressor = rows.get(0);
        goals.add(new PerformanceGoal(
                "compressor, broker CPU time per frame, relative to " + control.name(),
                brokerCpu(compressor.alone()) / brokerCpu(control.alone()),
                1.0,
                false));
        goals.add(new PerformanceGoal(
                "compressor" + suffix + ", broker CPU time per frame, relative to " + control.name() + suffix,
                brokerCpu(compressor.row()) / brokerCpu(control.row()),
                1.0,
                false));
        return goals;
    }

    private static double brokerCpu(BenchRow row) {
        return requireNonNull(row.brokerCpuSecondsPer1000());
    }
}
