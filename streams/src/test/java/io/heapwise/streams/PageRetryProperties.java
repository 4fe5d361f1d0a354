package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class PageRetryProperties {
    @Property
    void aPauseIsAtMostTwiceTheOneBeforeAndNeverBeyondTheLongest(
            @ForAll @LongRange(max = Long.MAX_VALUE) long first,
            @ForAll @LongRange(max = Long.MAX_VALUE) long more,
            @ForAll @IntRange(min = 1, max = 200) int made,
            @ForAll @DoubleRange(max = 1) double fraction) {
        long longest = Math.max(first, more);
        PageRetry retry = new PageRetry(1_000, first, longest, failure -> true);
        long pause = retry.pauseNanos(made, 0);
        assertThat(pause).isBetween(first, longest);
        assertThat(retry.pauseNanos(made + 1, 0)).isGreaterThanOrEqualTo(pause);
        assertThat(retry.pauseNanos(made + 1, 0) - pause).isLessThanOrEqualTo(pause);
        long rounding = 1 + (pause >>> 50); // of a double
        assertThat(retry.pauseNanos(made, fraction)).isBetween(pause / 2 - rounding, pause);
    }
}
