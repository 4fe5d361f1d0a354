package io.heapwise.buffers.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A region's slices: each is had by one, runs lie side by side, and the whole goes back once. */
final class RegionTest {
    private static Region region(int slices) {
        return new Region(MemorySource.HEAP.allocate(slices << Region.SLICE_SHIFT, 1), slices, null);
    }

    @Property(tries = 200)
    void runsNeverOverlapAndAreFreshWhenNobodyHadThem(
            @ForAll @IntRange(min = 1, max = Region.MOST_SLICES) int slices, @ForAll long seed) {
        Region region = region(slices);
        SplittableRandom random = new SplittableRandom(seed);
        List<Run> runs = new ArrayList<>();
        BitSet taken = new BitSet();
        BitSet touched = new BitSet();
        for (int step = 0; step < 200; step++) {
            if (runs.isEmpty() || random.nextInt(5) < 3) {
                int wanted = 1 + random.nextInt(random.nextInt(4) == 0 ? 200 : 9);
                Run run = region.take(wanted);
                if (run == null) {
                    assertThat(isRoomFor(wanted, slices, taken))
                            .as("room for %d", wanted)
                            .isFalse();
                } else {
                    int end = run.firstSlice() + wanted;
                    assertThat(run.sliceCount()).isEqualTo(wanted);
                    assertThat(end).isLessThanOrEqualTo(slices);
                    assertThat(taken.get(run.firstSlice(), end).isEmpty()).isTrue();
                    assertThat(run.isFresh())
                            .isEqualTo(touched.get(run.firstSlice(), end).isEmpty());
                    taken.set(run.firstSlice(), end);
                    touched.set(run.firstSlice(), end);
                    runs.add(run);
                }
            } else {
                Run run = runs.remove(random.nextInt(runs.size()));
                taken.clear(run.firstSlice(), run.firstSlice() + run.sliceCount());
                assertThat(region.release(run.firstSlice(), run.sliceCount())).isEqualTo(taken.isEmpty());
            }
            assertThat(region.isEmpty()).isEqualTo(taken.isEmpty());
        }
        if (taken.isEmpty()) {
            assertThat(region.retire()).isTrue();
            assertThat(region.take(1)).isNull();
        }
        assertThat(region.retire()).as("in use, or retired before").isFalse();
    }

    /** Short runs lie in a word of 64 slices, long ones begin with one. */
    private static boolean isRoomFor(int wanted, int slices, BitSet taken) {
        for (int first = 0; first + wanted <= slices; first++) {
            boolean isAllowed = wanted <= 64 ? first / 64 == (first + wanted - 1) / 64 : first % 64 == 0;
            if (isAllowed && taken.get(first, first + wanted).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void theFirstRegionIsSmallAndOneThatIsRefusedIsTriedSmaller() {
        MemoryBudget budget = MemoryBudget.builder("test", 2 << 20).build();
        RegionStore store = new RegionStore(MemorySource.HEAP, 1, budget, 2 << 20);
        assertThat(store.mostSlices()).as("an eighth").isEqualTo(64);
        List<Run> runs = new ArrayList<>();
        while (store.heldBytes() < 2 << 20) {
            Run run = store.take(5);
            run = run == null ? store.grow(5) : run;
            assertThat(run).isNotNull();
            runs.add(run);
        }
        assertThat(store.regions().get(0).sliceCount()).isEqualTo(64);
        assertThat(store.grow(64))
                .as("all is reserved, and nothing so long is free")
                .isNull();
        runs.forEach(run -> run.region().release(run.firstSlice(), run.sliceCount()));
        store.checkIntegrity(0);
        store.regions().forEach(store::freeIfEmpty);
        assertThat(store.heldBytes()).isZero();
        assertThat(budget.stats().reservedBytes()).isZero();
    }
}
