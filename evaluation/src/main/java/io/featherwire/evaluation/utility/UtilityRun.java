package io.featherwire.evaluation.utility;

import io.featherwire.bundler.Progress;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of one run of a utility measurement.
 *
 * @param rows directory in which measured rows are kept until the measurement is complete, so that an interrupted run
 *     can be resumed; null to keep none
 * @param report receives the result so far after each coding, and at the end the complete result
 * @param progress receives the progress of stages and rows
 */
public record UtilityRun(@Nullable Path rows, Report report, Progress progress) {

    /** Receives results, all but the last of which are incomplete. */
    @FunctionalInterface
    public interface Report {
        void write(UtilityResult soFar) throws IOException;
    }

    /** Keeps no rows and writes no report. */
    public static UtilityRun of(Progress progress) {
        return new UtilityRun(null, soFar -> {}, progress);
    }
}
