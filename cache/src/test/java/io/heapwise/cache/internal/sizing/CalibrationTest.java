package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.HeapEvidence;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.ScriptedSource;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A heap of which one cache holds a share, the application some, and other caches some; each test moves them. */
class CalibrationTest {
    private static final long HEAP = 1_000_000_000;
    private static final long PERCENT = HEAP / 100;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource script = new ScriptedSource(HEAP);
    private final MemoryPressure pressure = script.pressure(ticker);
    private final Calibration calibration = new Calibration();

    private double truth = 1;
    private double accounted;
    private double application = 10 * PERCENT;
    private double others;

    @AfterEach
    void integrity() {
        calibration.checkIntegrity();
        pressure.close();
    }

    private void collect() {
        script.fullCollection(Math.max(1, Math.min(HEAP, Math.round(truth * accounted + application + others))));
        calibration.observe(pressure.state(), Math.round(accounted), Math.round(others));
        calibration.checkIntegrity();
    }

    /** The cache fills by so much, up to its share as calibrated. */
    private void fill(double bytes, double share) {
        accounted = Math.min(accounted + bytes, share / calibration.factor());
    }

    @Test
    void withoutEvidenceNothingIsCalibrated() {
        assertThat(calibration.factor()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0.5", "0.5, 0.5", "0.7, 0.7", "1.0, 1.0", "1.5, 1.5", "2.5, 2.5", "3.5, 3.0"})
    void aCacheThatIsMisSizedIsCalibratedWithinSixCollections(double misSized, double expected) {
        truth = misSized;
        for (int i = 0; i < 6; i++) {
            collect();
            fill(3 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(expected, within(0.02));
        for (int i = 0; i < 20; i++) {
            collect();
            fill(3 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(expected, within(0.02));
        if (misSized == expected) {
            assertThat(truth * accounted)
                    .as("what the cache takes in truth")
                    .isCloseTo(25 * PERCENT, within(PERCENT * 1.0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.7, 1.5, 2.5})
    void aLittleNoiseIsNoHindrance(double misSized) {
        truth = misSized;
        Random random = new Random(1);
        for (int i = 0; i < 12; i++) {
            application += 0.3 * PERCENT * random.nextGaussian();
            collect();
            fill(3 * PERCENT, 30 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(misSized, within(0.2 * misSized));
    }

    @Test
    void anApplicationThatMovesByItselfPoisonsNothing() {
        Random random = new Random(1);
        int observed = 0;
        int beyond = 0;
        double furthest = 1;
        for (int run = 0; run < 200; run++) {
            CalibrationTest heap = new CalibrationTest();
            for (int i = 0; i < 60; i++) {
                heap.application =
                        Math.max(0, Math.min(50 * PERCENT, heap.application + 4 * PERCENT * random.nextGaussian()));
                heap.collect();
                heap.accounted = 25 * PERCENT * random.nextDouble();
                observed++;
                beyond += Math.abs(heap.calibration.factor() - 1) > 0.15 ? 1 : 0;
                furthest = Math.max(furthest, Math.max(heap.calibration.factor(), 1 / heap.calibration.factor()));
            }
            heap.integrity();
        }
        assertThat((double) beyond / observed).isLessThan(0.02);
        assertThat(furthest).isLessThan(2);
    }

    @Test
    void anApplicationThatMovesWhileTheCacheFillsPoisonsNothing() {
        Random random = new Random(2);
        int beyond = 0;
        double furthest = 1;
        for (int run = 0; run < 1000; run++) {
            CalibrationTest heap = new CalibrationTest();
            for (int i = 0; i < 10; i++) {
                heap.application =
                        Math.max(0, Math.min(50 * PERCENT, heap.application + 3 * PERCENT * random.nextGaussian()));
                heap.collect();
                heap.fill(3 * PERCENT, 25 * PERCENT);
            }
            beyond += Math.abs(heap.calibration.factor() - 1) > 0.15 ? 1 : 0;
            furthest = Math.max(furthest, Math.max(heap.calibration.factor(), 1 / heap.calibration.factor()));
            heap.integrity();
        }
        assertThat(beyond).isLessThan(100);
    }

    @Test
    void whatGrewInStepWithTheCacheIsFoundOutWhenTheCacheMovesAlone() {
        double highest = 1;
        for (int i = 0; i < 7; i++) {
            collect();
            highest = Math.max(highest, calibration.factor());
            fill(3 * PERCENT, 21 * PERCENT);
            application += 2 * PERCENT;
        }
        assertThat(highest).as("poisoned by the common warm-up").isGreaterThan(1.5);
        for (int i = 0; i < 12; i++) {
            fill(3 * PERCENT, 21 * PERCENT);
            collect();
        }
        assertThat(calibration.factor()).isCloseTo(1, within(0.1));
    }

    @Test
    void stepsInWhichOtherCachesMoveAsMuchAreNoEvidence() {
        truth = 2.5;
        for (int i = 0; i < 10; i++) {
            others += 2 * PERCENT;
            collect();
            fill(3 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isEqualTo(1);
    }

    @Test
    void whatOtherCachesHoldIsTakenOff() {
        truth = 1.5;
        for (int i = 0; i < 8; i++) {
            others += 0.5 * PERCENT;
            collect();
            fill(3 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(1.5, within(0.02));
    }

    @Test
    void aCacheThatStandsStillIsNotCalibratedByAnApplicationThatGrows() {
        accounted = 20 * PERCENT;
        for (int i = 0; i < 50; i++) {
            application += PERCENT;
            accounted += 0.1 * PERCENT;
            collect();
        }
        assertThat(calibration.factor()).isEqualTo(1);
    }

    @Test
    void aCacheThatFillsSlowlyIsCalibratedBySeveralCollectionsAtATime() {
        truth = 2;
        for (int i = 0; i < 30; i++) {
            collect();
            fill(0.8 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(2, within(0.02));
    }

    @Test
    void contradictionWearsTheFactorOff() {
        truth = 2;
        for (int i = 0; i < 6; i++) {
            collect();
            fill(3 * PERCENT, 25 * PERCENT);
        }
        assertThat(calibration.factor()).isCloseTo(2, within(0.02));
        for (int i = 0; i < 20; i++) {
            application = (5 + i * 17 % 40) * PERCENT;
            accounted = (5 + i * 7 % 20) * PERCENT;
            collect();
        }
        assertThat(calibration.factor()).isBetween(1.0, 1.6);
    }

    @Test
    void youngCollectionsProveNothing() {
        truth = 2;
        collect();
        for (int i = 0; i < 10; i++) {
            fill(3 * PERCENT, 25 * PERCENT);
            script.youngCollection(Math.round(truth * accounted + application));
            calibration.observe(pressure.state(), Math.round(accounted), 0);
        }
        assertThat(calibration.factor()).isEqualTo(1);
    }

    @Test
    void aCollectionThatIsSeenTooLateIsNoEvidence() {
        truth = 2;
        for (int i = 0; i < 10; i++) {
            script.fullCollection(Math.round(truth * accounted + application));
            fill(3 * PERCENT, 25 * PERCENT); // which the collection did not see
            ticker.advance(Duration.ofSeconds(2));
            calibration.observe(pressure.state(), Math.round(accounted), 0);
        }
        assertThat(calibration.factor()).isEqualTo(1);
    }

    @Test
    void theBoundOfAConcurrentCollectorIsPairedWithWhatWasHeldWhenItWasProved() {
        truth = 2;
        for (int i = 0; i < 60; i++) {
            accounted = (3 + 3 * Math.abs(i % 16 - 8)) * PERCENT;
            long live = Math.round(truth * accounted + application);
            // the least of three counts: it is often one or two cycles old
            ticker.advance(Duration.ofMillis(500));
            script.collection(HeapEvidence.of(EvidenceKind.CYCLE, HEAP, live, HEAP));
            calibration.observe(pressure.state(), Math.round(accounted), 0);
        }
        assertThat(calibration.factor()).isCloseTo(2, within(0.02));
    }
}
