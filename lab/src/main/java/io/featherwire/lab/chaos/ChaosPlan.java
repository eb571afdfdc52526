package io.featherwire.lab.chaos;

import static java.util.Objects.requireNonNull;

import io.featherwire.lab.harness.FrameSender;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The plan of a chaos run.
 *
 * @param bundle directory of the streams' bundle
 * @param directory directory for the files of broker and apps
 * @param exactlyOnce true for exactly_once_v2, false for at_least_once
 * @param frames number of frames to send
 * @param perSecond frames per second; 0 for no limit
 * @param poisonEvery period of the poison records, in frames; 0 for no poison
 * @param kills number of kills, fencings or freezes of both streams together
 * @param outage duration of the outage in the scenarios BROKER and DISK_FULL
 * @param patience longest wait for the results
 * @param compressor main class of the compressor
 */
@RecordBuilder
record ChaosPlan(
        ChaosScenario scenario,
        Path bundle,
        Path directory,
        boolean exactlyOnce,
        int frames,
        int perSecond,
        int poisonEvery,
        int kills,
        Duration outage,
        Duration patience,
        String compressor) {

    private static final int SENSORS = 50;

    public ChaosPlan {
        requireNonNull(scenario, "scenario");
        requireNonNull(bundle, "bundle");
        requireNonNull(directory, "directory");
        requireNonNull(outage, "outage");
        requireNonNull(patience, "patience");
        requireNonNull(compressor, "compressor");
        if (frames < 100 || perSecond < 0 || poisonEvery < 0 || kills < 0) {
            throw new IllegalArgumentException(
                    "a chaos run needs at least 100 frames; rate, poison period and kills must not be negative");
        }
    }

    /** The number of frames of a scenario at full size. */
    static int fullSize(ChaosScenario scenario) {
        return scenario == ChaosScenario.HOSTILE ? 100_000 : 50_000;
    }

    /**
     * Makes a plan of full size: 50,000 frames (scenario HOSTILE: 100,000) at 1,000 per second, one of ten frames
     * poison, and ten kills or an outage of 20 seconds.
     */
    public static ChaosPlan standard(ChaosScenario scenario, Path bundle, Path directory) {
        return ChaosPlanBuilder.builder()
                .scenario(scenario)
                .bundle(bundle)
                .directory(directory)
                .exactlyOnce(true)
                .frames(fullSize(scenario))
                .perSecond(1_000)
                .poisonEvery(10)
                .kills(10)
                .outage(Duration.ofSeconds(20))
                .patience(Duration.ofMinutes(5))
                .compressor(StreamInstances.COMPRESSOR)
                .build();
    }

    /** A copy with other numbers of frames and kills and another rate. */
    public ChaosPlan withSize(int otherFrames, int otherPerSecond, int otherKills) {
        return ChaosPlanBuilder.builder(this)
                .frames(otherFrames)
                .perSecond(otherPerSecond)
                .kills(otherKills)
                .build();
    }

    /** A copy with another guarantee. */
    public ChaosPlan withExactlyOnce(boolean other) {
        return ChaosPlanBuilder.builder(this).exactlyOnce(other).build();
    }

    /** A copy with another duration of the outage. */
    public ChaosPlan withOutage(Duration other) {
        return ChaosPlanBuilder.builder(this).outage(other).build();
    }

    /** A copy with another compressor and without poison, which that compressor need not handle. */
    public ChaosPlan withCompressor(String mainClass) {
        return ChaosPlanBuilder.builder(this)
                .poisonEvery(0)
                .compressor(mainClass)
                .build();
    }

    FrameSender.Plan feedPlan() {
        return new FrameSender.Plan(frames, perSecond, SENSORS, poisonEvery, true, scenario == ChaosScenario.HOSTILE);
    }
}
