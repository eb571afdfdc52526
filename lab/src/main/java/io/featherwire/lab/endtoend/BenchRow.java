package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One row of the table. Values that do not apply are null.
 *
 * @param cpuSecondsPer1000 CPU seconds of this process per 1,000 frames, including the broker and the counting
 *     consumer, if any
 * @param brokerCpuSecondsPer1000 CPU seconds of the broker's threads per 1,000 frames
 * @param compilerSecondsPer1000 seconds of the JVM's JIT compilers per 1,000 frames, which show how well the code was
 *     warmed up
 * @param latencyMsP50 median time from capture to arrival at a read_committed consumer, in milliseconds
 * @param latencyMsP99 99th percentile of this time, in milliseconds
 * @param batchFill mean number of frames in a batch
 * @param peakRssMib peak resident memory of this process during the row, in MiB
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record BenchRow(
        String name,
        double framesPerSecond,
        double cpuSecondsPer1000,
        @Nullable Double brokerCpuSecondsPer1000,
        double compilerSecondsPer1000,
        @Nullable Double latencyMsP50,
        @Nullable Double latencyMsP99,
        @Nullable Double batchFill,
        long peakRssMib) {}
