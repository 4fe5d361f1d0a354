package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class CycleGuardProperties {
    @Property
    void anyCycleIsSeenSoonAndMeasured(
            @ForAll @IntRange(max = 300) int before, @ForAll @IntRange(min = 1, max = 300) int length) {
        CycleGuard<Integer> guard = new CycleGuard<>(0);
        int at = 0;
        long found = 0;
        int steps = 0;
        while (found == 0) {
            int next = at + 1 == before + length ? before : at + 1;
            found = guard.lengthOfCycle(at, next);
            at = next;
            steps++;
            assertThat(steps).isLessThanOrEqualTo(3 * (before + length));
        }
        assertThat(found).isEqualTo(length);
    }

    @Property(tries = 50)
    void aWayWithoutOneIsLeftAlone(@ForAll @LongRange(min = 1, max = 100_000) long steps) {
        CycleGuard<Long> guard = new CycleGuard<>(null);
        Long from = null;
        for (long to = 0; to < steps; to++) {
            assertThat(guard.lengthOfCycle(from, to)).isZero();
            from = to;
        }
    }
}
