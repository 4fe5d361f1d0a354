package io.heapwise.cache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The laws of the code: never early, late by no more than it says, and in order. */
final class DeadlineCodeProperties {
    @Provide
    Arbitrary<Long> offsets() {
        // All magnitudes alike, and what lies around powers of two.
        return Arbitraries.longs()
                .between(0, 61)
                .flatMap(bits -> Arbitraries.longs().between((1L << bits) - 2, (1L << bits) + (1L << bits) / 2));
    }

    @Property(tries = 5_000)
    void aDecodedOffsetIsNeverEarlyAndHardlyLate(@ForAll("offsets") long offsetNanos) {
        long decoded = DeadlineCode.offsetNanos(DeadlineCode.encode(offsetNanos));
        long late = decoded - Math.max(0, offsetNanos);
        assertThat(late).isBetween(0L, Math.max(DeadlineCode.UNIT_NANOS, offsetNanos / 30_000_000));
    }

    @Property(tries = 5_000)
    void whatIsLaterIsNotDueBefore(@ForAll("offsets") long one, @ForAll("offsets") long other) {
        int sooner = DeadlineCode.encode(Math.min(one, other));
        int later = DeadlineCode.encode(Math.max(one, other));
        long moment = DeadlineCode.offsetNanos(later);
        assertThat(DeadlineCode.isDue(sooner, moment)).isTrue();
        assertThat(DeadlineCode.isDue(later, DeadlineCode.offsetNanos(sooner) - 1))
                .isFalse();
    }

    @Property(tries = 1_000)
    void wholeMillisecondsAreExactForFifteenHours(@ForAll("millis") long millis) {
        assertThat(DeadlineCode.offsetNanos(DeadlineCode.encode(millis * 1_000_000)))
                .isEqualTo(millis * 1_000_000);
    }

    @Provide
    Arbitrary<Long> millis() {
        return Arbitraries.longs().between(0, 53_000_000);
    }

    @Example
    void whatIsPastIsDueAndWhatIsBeyondIsNot() {
        assertThat(DeadlineCode.encode(-1)).isZero();
        assertThat(DeadlineCode.encode(Long.MIN_VALUE)).isZero();
        assertThat(DeadlineCode.isDue(0, 0)).isTrue();
        assertThat(DeadlineCode.isDue(0, -1)).isFalse();
        assertThat(DeadlineCode.encode(Long.MAX_VALUE)).isEqualTo(DeadlineCode.NEVER);
        assertThat(DeadlineCode.isDue(DeadlineCode.NEVER, Long.MAX_VALUE)).isFalse();
        assertThat(DeadlineCode.encode(DeadlineCode.LONGEST_NANOS)).isNotEqualTo(DeadlineCode.NEVER);
    }
}
