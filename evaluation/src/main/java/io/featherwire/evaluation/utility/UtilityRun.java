package io.featherwire.evaluation.utility;

import io.featherwire.bundler.Progress;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Receives what a measurement has so far.
 *
 * @param rows directory in which measured rows are kept until the last one, so that an interrupted run is resumed; null
 *     to keep none
 * @param report receives the result so far after each coding, and at last the complete one
 * @param progress of stages and rows
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
