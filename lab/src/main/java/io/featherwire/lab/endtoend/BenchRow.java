package io.featherwire.lab.endtoend;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table; values that do not apply are null.
 *
 * @param cpuSecondsPer1000 of this whole process, the broker and the counting reader included where there are any
 * @param brokerCpuSecondsPer1000 of the broker's threads alone
 * @param compilerSecondsPer1000 of the JVM's JIT compilers meanwhile: shows how far the code was warmed up
 * @param latencyMsP50 from capture to the record's arrival at a reader of committed records
 * @param batchFill mean frames in a batch
 * @param peakRssMib peak resident memory of this whole process while the row ran
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
