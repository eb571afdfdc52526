package io.featherwire.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
    private static final int SENT = 1_000;
    private static final int POISON = 100;
    private static final int GOOD = SENT - POISON;

    @Test
    void shouldHoldIfEveryFrameIsClassifiedOnce() {
        assertThat(report(ChaosScenario.KILL, true, 0, 0, GOOD).hasPassed()).isTrue();
        assertThat(report(ChaosScenario.KILL, false, 0, 7, GOOD).hasPassed()).isTrue();
    }

    @Test
    void shouldNotPassIfAFrameIsMissingOrDuplicate() {
        assertThat(report(ChaosScenario.KILL, true, 1, 0, GOOD).hasPassed()).isFalse();
        assertThat(report(ChaosScenario.KILL, false, 1, 0, GOOD).hasPassed()).isFalse();
        assertThat(report(ChaosScenario.KILL, true, 0, 1, GOOD).hasPassed()).isFalse();
        assertThat(report(ChaosScenario.KILL, false, 0, 0, GOOD - 1).hasPassed())
                .isFalse();
    }

    @Test
    void shouldAllowAFrozenInstanceToMiscountAtMostABatch() {
        assertThat(report(ChaosScenario.FENCED, false, 0, 3, GOOD - 64).hasPassed())
                .isTrue();
        assertThat(report(ChaosScenario.FENCED, false, 0, 3, GOOD - 65).hasPassed())
                .isFalse();
        assertThat(report(ChaosScenario.FENCED, true, 0, 0, GOOD - 1).hasPassed())
                .isFalse();
    }

    @Test
    void shouldRequireTheControlToLoseFrames() {
        assertThat(report(ChaosScenario.CONTROL, true, 5, 0, GOOD - 5).hasPassed())
                .isTrue();
        assertThat(report(ChaosScenario.CONTROL, true, 0, 0, GOOD).hasPassed()).isFalse();
    }

    /** Makes a report of two disruptions. */
    private static ChaosReport report(
            ChaosScenario scenario, boolean exactlyOnce, int missing, int duplicates, long counted) {
        ChaosPlan plan = ChaosPlanBuilder.builder()
                .scenario(scenario)
                .bundle(Path.of("bundle"))
                .directory(Path.of("."))
                .exactlyOnce(exactlyOnce)
                .frames(SENT)
                .perSecond(0)
                .poisonEvery(10)
                .kills(2)
                .outage(Duration.ZERO)
                .patience(Duration.ZERO)
                .compressor("Main")
                .build();
        return ChaosReportBuilder.builder()
                .plan(plan)
                .sent(SENT)
                .poison(POISON)
                .classified(GOOD - missing)
                .missing(missing)
                .duplicates(duplicates)
                .outOfOrder(0)
                .deadLetters(POISON)
                .duplicateDeadLetters(0)
                .counted(counted)
                .matched(counted)
                .disruptions(2)
                .stopped(0)
                .badExits(0)
                .seconds(1)
                .build();
    }
}
