package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** A simulated heap tells what its collectors would tell; the signal must hold its laws whatever comes in whatever order. */
class PressureProperties {
    private static final long HEAP = 1000;

    /** What happens to the simulated heap. */
    record Step(EvidenceKind kind, int garbage, int millis, boolean stalled) {}

    @Provide
    Arbitrary<List<Step>> storms() {
        return Combinators.combine(
                        Arbitraries.of(EvidenceKind.class),
                        Arbitraries.integers().between(0, 1000),
                        Arbitraries.integers().between(1, 3000),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 300)
    void garbageAloneNeverRaisesWhereTheCollectorStopsTheProgram(
            @ForAll("storms") List<Step> steps, @ForAll @IntRange(min = 1, max = 590) int live) {
        try (Heap heap = new Heap()) {
            long stopped = 0;
            for (Step step : steps) {
                EvidenceKind kind = step.kind == EvidenceKind.CYCLE ? EvidenceKind.YOUNG : step.kind;
                // A full collection leaves what is live; the others leave any amount of garbage, a mixed series
                // included.
                long garbage = kind == EvidenceKind.MIXED ? step.garbage % (600 - live) : step.garbage;
                heap.collect(kind, live, kind == EvidenceKind.FULL ? 0 : garbage, step.stalled);
                stopped += step.millis;
                heap.script.collectorTime(stopped, 0);
                heap.ticker.advance(Duration.ofMillis(step.millis));
                assertThat(heap.pressure.level()).isEqualTo(PressureLevel.NORMAL);
            }
            heap.pressure.checkIntegrity();
        }
    }

    @Property(tries = 300)
    void theBoundIsNeverBelowWhatWasLiveWhenItWasTaken(
            @ForAll("storms") List<Step> steps, @ForAll @IntRange(min = 1, max = 1000) int live) {
        try (Heap heap = new Heap()) {
            for (Step step : steps) {
                heap.collect(step.kind, live, step.garbage, step.stalled);
                heap.ticker.advance(Duration.ofMillis(step.millis));
                PressureState state = heap.pressure.state();
                assertThat(!state.known() || state.liveUpperBoundBytes() >= live)
                        .as("%s with %d live after %s", state, live, step)
                        .isTrue();
            }
            heap.pressure.checkIntegrity();
        }
    }

    @Property(tries = 300)
    void theBoundIsNeverBelowWhatWasLiveAtTheCollectionItDatesFrom(@ForAll("storms") List<Step> steps) {
        try (Heap heap = new Heap()) {
            long[] liveAt = new long[steps.size() + 2];
            int live = 500;
            long numbered = 0;
            for (Step step : steps) {
                live = 1 + (live + step.garbage) % 999;
                EvidenceKind kind = step.kind == EvidenceKind.MIXED ? EvidenceKind.FULL : step.kind;
                heap.collect(kind, live, step.garbage, step.stalled);
                PressureState state = heap.pressure.state();
                if (state.wholeHeapCollections() > numbered) {
                    numbered = state.wholeHeapCollections();
                    liveAt[(int) numbered] = live;
                }
                if (state.known() && kind.sawWholeHeap() && kind != EvidenceKind.MARK) {
                    assertThat(state.liveUpperBoundBytes())
                            .isGreaterThanOrEqualTo(liveAt[(int) state.boundCollection()]);
                }
                heap.ticker.advance(Duration.ofMillis(step.millis));
            }
        }
    }

    @Property(tries = 300)
    void fallingBelowTheLeaveIsSeenByOneCollectionOfTheWholeHeap(
            @ForAll("storms") List<Step> steps, @ForAll @IntRange(min = 1, max = 540) int live) {
        try (Heap heap = new Heap()) {
            for (Step step : steps) {
                heap.collect(step.kind, 950, 50, step.stalled);
            }
            heap.script.level(PressureLevel.CRITICAL);
            heap.collect(EvidenceKind.FULL, live, 0, false);

            assertThat(heap.pressure.level()).isEqualTo(PressureLevel.NORMAL);
        }
    }

    @Property(tries = 200)
    void levelsChangeWithTheValueAndNeverSkipTheirHysteresis(
            @ForAll PressureLevel current, @ForAll @IntRange(min = 0, max = 1200) int permille) {
        PressureThresholds.Band band = PressureThresholds.defaults().heap();
        double value = permille / 1000.0;
        PressureLevel next = band.next(current, value);

        assertThat(band.next(next, value)).isEqualTo(next);
        assertThat(band.next(PressureLevel.NORMAL, value)).isLessThanOrEqualTo(next);
        assertThat(band.next(PressureLevel.CRITICAL, value)).isGreaterThanOrEqualTo(next);
    }

    /** A heap that tells the truth about what is in use. */
    private static final class Heap implements AutoCloseable {
        final ManualTicker ticker = new ManualTicker();
        final ScriptedSource script = new ScriptedSource(HEAP);
        final MemoryPressure pressure = script.pressure(ticker);

        void collect(EvidenceKind kind, long live, long garbage, boolean stalled) {
            long after = Math.min(HEAP, live + garbage);
            long old = kind == EvidenceKind.MIXED ? after / 2 : after / 3;
            long oldBefore = kind == EvidenceKind.MIXED ? old + 1 : old;
            script.collection(new HeapEvidence(kind, HEAP, after, HEAP, oldBefore, old, HEAP, stalled, 0, 0));
        }

        @Override
        public void close() {
            pressure.close();
        }
    }
}
