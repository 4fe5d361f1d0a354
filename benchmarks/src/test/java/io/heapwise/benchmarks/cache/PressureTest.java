package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heapwise.benchmarks.ChildJvm;
import io.heapwise.benchmarks.Collector;
import io.heapwise.benchmarks.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PressureTest {
    private static final long REQUESTS = 4_000;
    private static final long SMALL_HEAP_BYTES = Pressure.HEAP_BYTES / 8;

    @ParameterizedTest
    @EnumSource
    void everyContestantIsAskedTheSame(PressureScenario scenario) throws Exception {
        for (String contestant : PressureCaches.CONTESTANTS) {
            PressureRow row = new PressureProbe(scenario, "G1", contestant, REQUESTS, 2 << 20, SMALL_HEAP_BYTES).run();

            assertThat(row.requests()).isEqualTo(REQUESTS);
            assertThat(row.scenario()).isEqualTo(scenario.name());
            assertThat(row.hitPercent()).as(contestant).isBetween(5.0, 95.0);
            assertThat(row.lastPhaseHitPercent()).as(contestant).isBetween(5.0, 99.0);
            assertThat(row.heldBytes()).as(contestant).isPositive();
            assertThat(row.evictions()).as(contestant).isNotNegative();
            if (contestant.equals(PressureRow.BY_HAND)) {
                assertThat(row.heldBytes()).isLessThanOrEqualTo(2 << 20);
                assertThat(row.evictions())
                        .as("a cache that is too small evicts")
                        .isPositive();
            }
        }
    }

    @Test
    void aChildTellsHowItWasWithItsCollector() throws Exception {
        PressureRow row = Pressure.cell(PressureScenario.HUMONGOUS, Collector.SERIAL, "heapwise", 20_000, 0);

        assertThat(row.outcome()).isEqualTo(PressureRow.SURVIVED);
        assertThat(row.requests()).isEqualTo(20_000);
        assertThat(row.collector()).isEqualTo("SERIAL");
        assertThat(row.collections()).isPositive();
        assertThat(row.heldBytes()).isBetween(1L, Pressure.HEAP_BYTES);
        assertThat(row.wallMillis()).isPositive();
    }

    @Test
    void aCacheThatIsTooLargeForTheHeapDiesAndTellsHowFarItCame() throws Exception {
        PressureRow row = Pressure.cell(
                PressureScenario.STEADY, Collector.SERIAL, PressureRow.BY_HAND, 400_000, 10 * Pressure.HEAP_BYTES);

        assertThat(row.outcome()).isEqualTo(PressureRow.OUT_OF_MEMORY);
        assertThat(row.requests()).isBetween(1L, 399_999L);
    }

    @Test
    void theLastSignOfLifeCounts() throws Exception {
        PressureRow early = row(10);
        PressureRow late = row(20);
        List<String> output = List.of("a greeting", Json.text(early), Json.text(late));

        assertThat(ended(0, output)).isEqualTo(late);
        assertThat(ended(PressureProbe.EXIT_OUT_OF_TIME, output)).isEqualTo(late.ended(PressureRow.OUT_OF_TIME));
        assertThat(ended(3, List.of("Terminating due to java.lang.OutOfMemoryError: Java heap space")))
                .extracting(PressureRow::outcome, PressureRow::requests)
                .containsExactly(PressureRow.OUT_OF_MEMORY, 0L);
        assertThatIllegalStateException().isThrownBy(() -> ended(1, output)).withMessageContaining("exit=1");
    }

    @Test
    void theBallastRisesToHalfOfTheHeapTwiceAndIsGoneBetween() {
        assertThat(PressureScenario.BALLAST.ballastShare(0, 800)).isZero();
        assertThat(PressureScenario.BALLAST.ballastShare(50, 800)).isEqualTo(0.25);
        assertThat(PressureScenario.BALLAST.ballastShare(150, 800)).isEqualTo(0.5);
        assertThat(PressureScenario.BALLAST.ballastShare(250, 800)).isEqualTo(0.25);
        assertThat(PressureScenario.BALLAST.ballastShare(350, 800)).isZero();
        assertThat(PressureScenario.BALLAST.ballastShare(550, 800)).isEqualTo(0.5);
        assertThat(PressureScenario.BALLAST.ballastShare(799, 800)).isZero();
        assertThat(PressureScenario.STEADY.ballastShare(150, 800)).isZero();
    }

    @Test
    void theLoadGoesFromOneOfEightCachesToTheNext() {
        assertThat(PressureScenario.EIGHT.cache(0, 800, 0.69)).isZero();
        assertThat(PressureScenario.EIGHT.cache(799, 800, 0.1)).isEqualTo(7);
        assertThat(PressureScenario.EIGHT.cache(0, 800, 0.9999)).isEqualTo(7);
        assertThat(PressureScenario.STEADY.cache(799, 800, 0.9999)).isZero();
    }

    @Test
    void aLyingSizerTellsAThirdOrThreeTimesTheTruth() {
        assertThat(PressureScenario.LIGHT.told(1_000)).isEqualTo(300);
        assertThat(PressureScenario.HEAVY.told(1_000)).isEqualTo(3_000);
        assertThat(PressureScenario.STEADY.told(1_000)).isEqualTo(1_000);
    }

    @Test
    void aScenarioThatIsNotThereIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pressure.main(new String[] {"folder", "sunshine"}))
                .withMessageContaining("sunshine");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pressure.main(new String[0]))
                .withMessageContaining("pressure <results folder>");
    }

    private static PressureRow ended(int exit, List<String> output) throws Exception {
        return Pressure.rowOf(
                new ChildJvm.Ended(exit, output), PressureScenario.STEADY, Collector.SERIAL, "heapwise", 0);
    }

    private static PressureRow row(long requests) {
        return new PressureRow(
                "STEADY", "SERIAL", "heapwise", 0, PressureRow.SURVIVED, requests, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
}
