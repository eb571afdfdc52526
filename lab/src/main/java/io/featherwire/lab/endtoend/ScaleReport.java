package io.featherwire.lab.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Throughput by number of instances. */
public record ScaleReport(Map<String, String> machine, int partitions, List<Step> steps) implements MachineReport {

    /**
     * The result for one number of instances.
     *
     * @param shares number of frames that each instance forwarded
     * @param duplicates number of duplicate results
     */
    public record Step(int instances, double framesPerSecond, List<Integer> shares, int duplicates) {

        public Step {
            shares = List.copyOf(shares);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d instance(s): %10.1f frames/s, forwarded by instance %s, duplicates %d",
                    instances,
                    framesPerSecond,
                    shares,
                    duplicates);
        }
    }

    public ScaleReport {
        steps = List.copyOf(steps);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(MachineReport.line(machine));
        lines.add(partitions + " partitions, one inference thread per instance");
        for (Step step : steps) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%s, %.2f times the throughput of one",
                    step,
                    step.framesPerSecond() / steps.get(0).framesPerSecond()));
        }
        return lines;
    }
}
