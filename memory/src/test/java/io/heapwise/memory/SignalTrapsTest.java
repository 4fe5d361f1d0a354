package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One test for each way in which a memory signal is known to go wrong. */
class SignalTrapsTest {
    private static final long MIB = 1 << 20;
    private static final long HEAP = 100 * MIB;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource script = new ScriptedSource(HEAP);
    private final MemoryPressure pressure = script.pressure(ticker);

    @AfterEach
    void integrity() {
        pressure.checkIntegrity();
        pressure.close();
        pressure.checkIntegrity();
        assertThat(script.openSinks()).isZero();
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void usedNearMaxIsNoPressure() {
        script.fullCollection(20 * MIB);
        for (int i = 0; i < 50; i++) {
            script.youngCollection(99 * MIB);
        }
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(20 * MIB);
    }

    @Test
    void usageOfZeroAfterACollectionIsUnknown() {
        script.fullCollection(90 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 0, 0, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.FULL, 0, 0, HEAP));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(90 * MIB);
    }

    @Test
    void usageAtTheEndOfAMarkingIsIgnored() {
        script.fullCollection(45 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.MARK, 98 * MIB, 98 * MIB, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.MARK, 98 * MIB, 30 * MIB, HEAP));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(45 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    @Test
    void pauseBeansThatReportZeroToZeroChangeNothing() {
        script.fullCollection(90 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.PAUSE, 0, 0, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.PAUSE, 5 * MIB, 5 * MIB, HEAP));

        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(90 * MIB);
    }

    @Test
    void anOldGenerationWithTheMaximumOfTheHeapHasNoLimitOfItsOwn() {
        // Z's generations: each may take the whole heap, so neither the sum of the limits nor old by itself means a
        // thing.
        script.collection(
                new HeapEvidence(EvidenceKind.FULL, HEAP, 60 * MIB, HEAP, 60 * MIB, 60 * MIB, HEAP, false, 0, 0));

        assertThat(pressure.state().occupancy()).isEqualTo(0.60);
    }

    @Test
    void anOldGenerationWithALimitOfItsOwnIsFullBeforeTheHeapIs() {
        // Serial and Parallel: old is two thirds of the heap. Divided by the heap this would read 0.62.
        script.collection(
                new HeapEvidence(EvidenceKind.FULL, HEAP, 62 * MIB, HEAP, 60 * MIB, 60 * MIB, 66 * MIB, false, 0, 0));

        assertThat(pressure.state().occupancy()).isEqualTo(60.0 / 66);
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
    }

    @Test
    void poolsWithoutALimitDoNotMakeANegativeOccupancy() {
        script.collection(
                new HeapEvidence(EvidenceKind.FULL, HEAP, 50 * MIB, HEAP, 40 * MIB, 40 * MIB, -1, false, 0, 0));

        assertThat(pressure.state().occupancy()).isEqualTo(0.50);
    }

    @Test
    void beforeAndAfterOfAConcurrentCycleComeInAnyOrder() {
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 34 * MIB, 96 * MIB, HEAP));
        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(34 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 96 * MIB, 30 * MIB, HEAP));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(30 * MIB);
    }

    @Test
    void oneCycleThatCarriesGarbageIsOutvotedByTheLastThree() {
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 95 * MIB, 40 * MIB, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 95 * MIB, 95 * MIB, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 95 * MIB, 95 * MIB, HEAP));
        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(40 * MIB);
        ticker.advance(Duration.ofSeconds(1));
        script.collection(HeapEvidence.of(EvidenceKind.CYCLE, 95 * MIB, 95 * MIB, HEAP));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(95 * MIB);
    }

    @Test
    void aHeapThatIsAlwaysFullAfterACycleIsJudgedByWhatTheCycleFreed() {
        // Threads that wait take what a cycle frees before it ends: 55 of 100 MiB are freed each time, so 45 are live.
        long freed = 0;
        for (int i = 1; i <= 40; i++) {
            freed += 55 * MIB;
            script.collection(new HeapEvidence(EvidenceKind.CYCLE, HEAP, HEAP, HEAP, 0, 0, 0, true, freed, i));
            ticker.advance(Duration.ofMillis(20));
            assertThat(pressure.level()).isLessThan(PressureLevel.HIGH);
        }
        assertThat(pressure.state().occupancy()).isBetween(0.45, 0.60);
    }

    @Test
    void aHeapThatIsFullAfterCyclesWhichFreeNothingIsCritical() {
        long freed = 0;
        for (int i = 1; i <= 10; i++) {
            freed += 2 * MIB;
            script.collection(new HeapEvidence(EvidenceKind.CYCLE, HEAP, HEAP, HEAP, 0, 0, 0, true, freed, i));
            ticker.advance(Duration.ofMillis(20));
        }
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
    }

    @Test
    void aMixedSeriesCountsByItsEndNotItsBeginning() {
        mixed(80, 75);
        mixed(75, 60);
        mixed(60, 48);
        assertThat(pressure.state().known()).isFalse();
        script.youngCollection(70 * MIB);

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(48 * MIB);
        assertThat(pressure.state().evidence()).isEqualTo(EvidenceKind.MIXED);
    }

    @Test
    void anUnknownCollectorMayOnlyLower() {
        script.collection(HeapEvidence.of(EvidenceKind.UNKNOWN, HEAP, 95 * MIB, HEAP));
        assertThat(pressure.state().known()).isFalse();
        script.fullCollection(90 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.UNKNOWN, HEAP, 30 * MIB, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.UNKNOWN, HEAP, 95 * MIB, HEAP));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(30 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    @Test
    void evidenceThatCannotBeIsThrownOut() {
        script.fullCollection(40 * MIB);
        script.collection(HeapEvidence.of(EvidenceKind.FULL, HEAP, 2 * HEAP, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.FULL, HEAP, -1, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.FULL, -7, 95 * MIB, HEAP));
        script.collection(HeapEvidence.of(EvidenceKind.FULL, HEAP, 95 * MIB, -1));

        assertThat(pressure.state().liveUpperBoundBytes()).isEqualTo(40 * MIB);
    }

    @Test
    void waitingForMemoryWithoutAllocationDoesNotFreezeTheLevel() {
        script.level(PressureLevel.CRITICAL);
        ticker.advance(Duration.ofSeconds(14));
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
        ticker.advance(Duration.ofSeconds(2));

        assertThat(pressure.level()).isEqualTo(PressureLevel.ELEVATED);
        assertThat(pressure.state().stale()).isTrue();
        assertThat(pressure.state().reason()).isEqualTo("no collection for 15 s");
        script.youngCollection(97 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
        script.fullCollection(10 * MIB);
    }

    @Test
    void aStaleLevelNeedsNoClock() {
        script.level(PressureLevel.HIGH);
        assertThat(ticker.pendingTasks()).isOne();
        ticker.advance(Duration.ofSeconds(30));

        assertThat(pressure.level()).isEqualTo(PressureLevel.ELEVATED);
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void thereIsNoClockWhileTheLevelIsNormal() {
        script.fullCollection(30 * MIB);
        script.collectorTime(100, 0);
        script.usage(PressureResource.DIRECT, 10, 100);
        assertThat(ticker.pendingTasks()).isZero();
        script.usage(PressureResource.DIRECT, 92, 100);
        assertThat(ticker.pendingTasks()).isOne();
        script.usage(PressureResource.DIRECT, 10, 100);
        // The fall is told to listeners after a second; then there is nothing left to wait for.
        ticker.advance(Duration.ofSeconds(2));
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void aContainerLimitNeedsTheClockAndGoesWithTheHandle() {
        script.container(10 * MIB, 100 * MIB);

        assertThat(ticker.pendingTasks()).isOne();
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
        script.container(96 * MIB, 100 * MIB);
        assertThat(pressure.state().resource()).isEqualTo(PressureResource.CONTAINER);
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
    }

    @Test
    void aMaximumOfZeroForDirectMemoryIsNoLimit() {
        script.usage(PressureResource.DIRECT, 5 * HEAP, 0);
        script.usage(PressureResource.METASPACE, 5 * HEAP, 0);

        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    @Test
    void directMemoryAndMetaspaceHaveLevelsOfTheirOwn() {
        script.usage(PressureResource.DIRECT, 98, 100);
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
        assertThat(pressure.state().resource()).isEqualTo(PressureResource.DIRECT);
        script.usage(PressureResource.DIRECT, 94, 100);
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
        script.usage(PressureResource.DIRECT, 10, 100);
        script.usage(PressureResource.METASPACE, 91, 100);

        assertThat(pressure.state().resource()).isEqualTo(PressureResource.METASPACE);
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
    }

    @Test
    void stoppingTheProgramForGarbageAloneIsNoPressure() {
        script.fullCollection(20 * MIB);
        for (int second = 0; second < 12; second++) {
            script.collectorTime(second * 900L, 0);
            ticker.advance(Duration.ofSeconds(1));
        }
        assertThat(pressure.state().stoppedShare()).isGreaterThan(0.8);
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    @Test
    void stoppingTheProgramWithAFullHeapIsADeathSpiral() {
        script.fullCollection(81 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.ELEVATED);
        for (int second = 0; second < 12; second++) {
            script.collectorTime(second * 400L, 0);
            ticker.advance(Duration.ofSeconds(1));
        }
        script.youngCollection(95 * MIB);

        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        assertThat(pressure.state().resource()).isEqualTo(PressureResource.GC_EFFORT);
    }

    @Test
    void aBurstOfStalledCyclesIsBelievedOnlyWhenItGoesOn() {
        // Seen with Z at a live set of 0.45: a few cycles end within milliseconds, each full of what was allocated
        // meanwhile.
        for (int cycle = 1; cycle <= 9; cycle++) {
            script.collection(new HeapEvidence(
                    EvidenceKind.CYCLE, 81 * MIB, 81 * MIB, HEAP, 0, 0, 0, true, cycle * 10 * MIB, cycle));
            ticker.advance(Duration.ofMillis(10));
        }
        assertThat(pressure.state().occupancy()).isEqualTo(0.81);
        assertThat(pressure.level()).isEqualTo(PressureLevel.ELEVATED);

        for (int cycle = 10; cycle <= 15; cycle++) {
            script.collection(new HeapEvidence(
                    EvidenceKind.CYCLE, 81 * MIB, 81 * MIB, HEAP, 0, 0, 0, true, cycle * 10 * MIB, cycle));
            ticker.advance(Duration.ofMillis(10));
        }
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        assertThat(pressure.state().resource()).isEqualTo(PressureResource.GC_EFFORT);
    }

    @Test
    void aHighLevelByAFullCollectionNeedsOneAndCriticalTwo() {
        script.fullCollection(97 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        script.fullCollection(97 * MIB);

        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
    }

    @Test
    void aLevelIsLeftBelowWhereItWasEntered() {
        script.fullCollection(86 * MIB);
        script.fullCollection(80 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        script.fullCollection(76 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.ELEVATED);
        script.fullCollection(61 * MIB);

        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    @Test
    void beforeTheFirstEvidenceTheStateIsUnknownAndSaysSo() {
        assertThat(pressure.state().known()).isFalse();
        assertThat(pressure.state().reason()).isEqualTo("no collection of the whole heap was seen yet");
        script.unknown("no collector that is known: [scavenge]");

        assertThat(pressure.state().toString()).contains("heap unknown: no collector that is known: [scavenge]");
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
    }

    private void mixed(long before, long after) {
        script.collection(new HeapEvidence(
                EvidenceKind.MIXED, before * MIB, after * MIB, HEAP, before * MIB, after * MIB, HEAP, false, 0, 0));
    }
}
