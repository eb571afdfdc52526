package io.featherwire.lab.endtoend;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Measures wall time, CPU time and peak memory of this process, from the meter's creation. */
final class ResourceMeter {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final Optional<CompilationMXBean> COMPILER = Optional.ofNullable(
                    ManagementFactory.getCompilationMXBean())
            .filter(CompilationMXBean::isCompilationTimeMonitoringSupported);

    private long wallNanos;
    private long cpuNanos;
    private long compilerMillis;

    ResourceMeter() {
        resetPeakMemory();
        restart();
    }

    /** Restarts the measurement of times. The memory peak stays. */
    void restart() {
        wallNanos = System.nanoTime();
        cpuNanos = SYSTEM.getProcessCpuTime();
        compilerMillis = totalCompilerMillis();
    }

    double seconds() {
        return (System.nanoTime() - wallNanos) / 1e9;
    }

    double cpuSeconds() {
        return (SYSTEM.getProcessCpuTime() - cpuNanos) / 1e9;
    }

    /** The time of the JVM's JIT compilers, in seconds; 0 if the JVM does not report it. */
    double compilerSeconds() {
        return (totalCompilerMillis() - compilerMillis) / 1e3;
    }

    private static long totalCompilerMillis() {
        return COMPILER.map(CompilationMXBean::getTotalCompilationTime).orElse(0L);
    }

    /** The peak resident memory of this process, in MiB; 0 if the system does not report it. */
    static long peakRssMib() {
        return readStatus("self", "VmHWM:");
    }

    /** The current resident memory of a process, in MiB; 0 if the system does not report it. */
    static long rssMib(long pid) {
        return readStatus(Long.toString(pid), "VmRSS:");
    }

    private static long readStatus(String process, String line) {
        try {
            return Files.readAllLines(Path.of("/proc", process, "status")).stream()
                    .filter(each -> each.startsWith(line))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void resetPeakMemory() {
        try {
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
        } catch (IOException e) {
            // Without the reset, the peak is the maximum over all rows so far.
        }
    }
}
