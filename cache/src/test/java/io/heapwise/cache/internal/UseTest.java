package io.heapwise.cache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UseTest {
    @Test
    void usesWithinATickCountAsOne() {
        int clock = 7 * Use.TICK;
        int use = Use.first(clock, 1);
        assertThat(Use.isNews(use, clock)).isFalse();
        assertThat(Use.isNews(use, clock + Use.TICK)).isTrue();
        assertThat(Use.hits(use)).isEqualTo(1);
    }

    @Test
    void usesAreCountedUpToFifteen() {
        int clock = 0;
        int use = Use.first(clock, 1);
        for (int i = 2; i < 40; i++) {
            clock += Use.TICK;
            use = Use.next(use, clock);
            assertThat(Use.hits(use)).isEqualTo(Math.min(i, 15));
            assertThat(Use.age(use, clock)).isZero();
            assertThat(Use.isAgain(use)).isTrue();
        }
        assertThat(Use.hits(Use.first(0, 99))).isEqualTo(15);
        assertThat(Use.hits(Use.withHalfTheHits(use))).isEqualTo(7);
        assertThat(Use.isAgain(Use.withoutAgain(use))).isFalse();
        assertThat(Use.hits(Use.withoutAgain(use))).isEqualTo(15);
    }

    @Test
    void agesAreRightThoughTheClockWraps() {
        int before = Integer.MAX_VALUE / Use.TICK * Use.TICK;
        int use = Use.next(Use.first(before - Use.TICK, 3), before);
        int clock = before;
        for (int age = 0; age < 100; age++) {
            assertThat(Use.age(use, clock)).isEqualTo(age);
            clock += Use.TICK;
        }
        assertThat(clock).isNegative();
    }

    @Test
    void aUseThatSeemsToLieAheadIsTheOldest() {
        assertThat(Use.age(Use.first(10 * Use.TICK, 1), 9 * Use.TICK)).isGreaterThan(1 << 26);
    }
}
