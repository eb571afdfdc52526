package io.featherwire.lab.chaos;

import static java.util.Objects.requireNonNull;

import io.featherwire.lab.harness.Feed;
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
        return new ChaosPlan(
                scenario,
                bundle,
                directory,
                true,
                fullSize(scenario),
                1_000,
                10,
                10,
                Duration.ofSeconds(20),
                Duration.ofMinutes(5),
                Fleet.COMPRESSOR);
    }

    /** The same plan with another number of frames. */
    public ChaosPlan withSize(int otherFrames, int otherPerSecond, int otherKills) {
        return new ChaosPlan(
                scenario,
                bundle,
                directory,
                exactlyOnce,
                otherFrames,
                otherPerSecond,
                poisonEvery,
                otherKills,
                away,
                patience,
                compressor);
    }

    /** The same plan under the other guarantee. */
    public ChaosPlan withExactlyOnce(boolean other) {
        return new ChaosPlan(
                scenario, bundle, directory, other, frames, perSecond, poisonEvery, kills, away, patience, compressor);
    }

    /** The same plan with another duration of the outage. */
    public ChaosPlan withAway(Duration other) {
        return new ChaosPlan(
                scenario,
                bundle,
                directory,
                exactlyOnce,
                frames,
                perSecond,
                poisonEvery,
                kills,
                other,
                patience,
                compressor);
    }

    /** The same plan with another compressor, and without poison, which that compressor need not handle. */
    public ChaosPlan withCompressor(String mainClass) {
        return new ChaosPlan(
                scenario, bundle, directory, exactlyOnce, frames, perSecond, 0, kills, away, patience, mainClass);
    }

    Feed.Plan feed() {
        return new Feed.Plan(frames, perSecond, SENSORS, poisonEvery, true, scenario == ChaosScenario.HOSTILE);
    }
}
