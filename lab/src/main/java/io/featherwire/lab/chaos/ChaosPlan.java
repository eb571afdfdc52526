package io.featherwire.lab.chaos;

import static java.util.Objects.requireNonNull;

import io.featherwire.lab.harness.Feed;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A run of chaos.
 *
 * @param bundle directory of the bundle that both streams use
 * @param directory where the broker and the apps keep their files
 * @param exactlyOnce whether exactly_once_v2, else at_least_once
 * @param frames sent in all
 * @param perSecond how fast; 0 means as fast as it goes
 * @param poisonEvery every n-th frame is poison; 0 means none
 * @param kills number of kills, fencings or freezes, over both streams
 * @param away duration of the outage in BROKER and DISK_FULL
 * @param patience longest wait for a further result
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
        Duration away,
        Duration patience,
        String compressor) {

    private static final int SENSORS = 50;

    public ChaosPlan {
        requireNonNull(scenario, "scenario");
        requireNonNull(bundle, "bundle");
        requireNonNull(directory, "directory");
        requireNonNull(away, "away");
        requireNonNull(patience, "patience");
        requireNonNull(compressor, "compressor");
        if (frames < 100 || perSecond < 0 || poisonEvery < 0 || kills < 0) {
            throw new IllegalArgumentException("chaos needs at least 100 frames, and nothing negative");
        }
    }

    /** Number of frames of a scenario at full size. */
    static int fullSize(ChaosScenario scenario) {
        return scenario == ChaosScenario.HOSTILE ? 100_000 : 50_000;
    }

    /** The full size: 50,000 frames (of hostile ones 100,000) at 1,000 a second, one in ten poison, ten kills or 20 seconds without a broker. */
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
                .away(Duration.ofSeconds(20))
                .patience(Duration.ofMinutes(5))
                .compressor(Fleet.COMPRESSOR)
                .build();
    }

    /** The same plan with another number of frames. */
    public ChaosPlan withSize(int otherFrames, int otherPerSecond, int otherKills) {
        return ChaosPlanBuilder.builder(this)
                .frames(otherFrames)
                .perSecond(otherPerSecond)
                .kills(otherKills)
                .build();
    }

    /** The same plan under the other guarantee. */
    public ChaosPlan withExactlyOnce(boolean other) {
        return ChaosPlanBuilder.builder(this).exactlyOnce(other).build();
    }

    /** The same plan with another duration of the outage. */
    public ChaosPlan withAway(Duration other) {
        return ChaosPlanBuilder.builder(this).away(other).build();
    }

    /** The same plan with another compressor, and without poison, which that compressor need not handle. */
    public ChaosPlan withCompressor(String mainClass) {
        return ChaosPlanBuilder.builder(this)
                .poisonEvery(0)
                .compressor(mainClass)
                .build();
    }

    Feed.Plan feed() {
        return new Feed.Plan(frames, perSecond, SENSORS, poisonEvery, true, scenario == ChaosScenario.HOSTILE);
    }
}
