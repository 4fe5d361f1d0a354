package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickerTest {
    @Test
    void manualTimeStandsStillUntilMoved() {
        ManualTicker ticker = new ManualTicker();
        long start = ticker.nanos();

        assertThat(ticker.nanos()).isEqualTo(start);
        ticker.advance(Duration.ofSeconds(2));
        assertThat(ticker.nanos() - start).isEqualTo(2_000_000_000L);
    }

    @Test
    void manualTimeOverflowsSoThatCodeComparingReadingsFailsItsTests() {
        ManualTicker ticker = new ManualTicker();
        long start = ticker.nanos();
        ticker.advance(Duration.ofSeconds(2));

        assertThat(ticker.nanos()).isLessThan(start);
    }

    @Test
    void manualTimeRunsWhatIsDueInOrderAndAtItsTime() {
        ManualTicker ticker = new ManualTicker();
        long start = ticker.nanos();
        List<String> ran = new ArrayList<>();
        Subscription slow =
                ticker.every(2_000_000_000L, () -> ran.add("slow@" + (ticker.nanos() - start) / 1_000_000_000L));
        Subscription fast = ticker.every(1_500_000_000L, () -> ran.add("fast"));

        ticker.advance(Duration.ofSeconds(4));

        assertThat(ran).containsExactly("fast", "slow@2", "fast", "slow@4");
        slow.close();
        fast.close();
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void manualTimeDoesOnceWhatIsDueOnce() {
        ManualTicker ticker = new ManualTicker();
        long start = ticker.nanos();
        List<String> ran = new ArrayList<>();
        Subscription calledOff = ticker.once(start + 3, () -> ran.add("called off"));
        Subscription second = ticker.once(start + 2, () -> ran.add("at " + (ticker.nanos() - start)));
        calledOff.close();

        ticker.advance(Duration.ofNanos(1));
        assertThat(ran).isEmpty();
        ticker.advance(Duration.ofNanos(5));
        Subscription past = ticker.once(start + 6, () -> ran.add("due already"));
        ticker.advance(Duration.ofNanos(5));

        assertThat(ran).containsExactly("at 2", "due already");
        assertThat(ticker.pendingTasks()).isZero();
        second.close();
        past.close();
    }

    @Test
    void movingTimeBackIsRefused() {
        assertThatThrownBy(() -> new ManualTicker().advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("duration=PT-0.000000001S (expected >= 0): time does not go back, use a new ticker");
    }

    @Test
    void coarseTimeMovesWhileAHandleIsOpen() {
        try (CoarseTicker ticker = Ticker.coarse()) {
            long start = ticker.nanos();
            // Ends when the clock thread writes; a clock that never does is caught by the bound.
            long end = System.nanoTime() + 20_000_000_000L;
            while (ticker.nanos() == start && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            assertThat(ticker.nanos() - start).isPositive();
        }
    }

    @Test
    void aClosedCoarseTickerStillTellsTheTime() {
        CoarseTicker ticker = Ticker.coarse();
        ticker.close();
        ticker.close();
        long first = ticker.nanos();
        long second = ticker.nanos();

        assertThat(second - first).isNotNegative();
    }
}
