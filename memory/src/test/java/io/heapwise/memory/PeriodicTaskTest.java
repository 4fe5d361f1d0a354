package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What comes round, and for how long. */
final class PeriodicTaskTest {
    private static final long SECOND_NANOS = 1_000_000_000;

    private final ManualTicker ticker = new ManualTicker();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger endings = new AtomicInteger();

    @Test
    void itIsDoneOnceAPeriodUntilItIsClosed() {
        Object owner = new Object();
        Subscription task = PeriodicTask.every(SECOND_NANOS, ticker, owner, o -> runs.incrementAndGet(), () -> {});
        ticker.advance(Duration.ofMillis(999));
        assertThat(runs).hasValue(0);
        ticker.advance(Duration.ofSeconds(5));
        assertThat(runs).hasValue(5);
        task.close();
        task.close();
        ticker.advance(Duration.ofSeconds(5));
        assertThat(runs).hasValue(5);
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void itEndsWithItsOwnerAndSaysSoOnce() {
        WeakReference<Object> owner = begin();
        for (int i = 0; i < 50 && owner.get() != null; i++) {
            System.gc();
        }
        assertThat(owner.get()).as("held by its task").isNull();
        ticker.advance(Duration.ofSeconds(3));
        assertThat(runs).hasValue(0);
        assertThat(endings).hasValue(1);
        assertThat(ticker.pendingTasks()).isZero();
    }

    private WeakReference<Object> begin() {
        Object owner = new Object();
        var unused = PeriodicTask.every(
                SECOND_NANOS, ticker, owner, o -> runs.incrementAndGet(), () -> endings.incrementAndGet());
        return new WeakReference<>(owner);
    }

    @Test
    void withAnotherTickerItIsDoneInRealTimeOnTheClockThreadAndGoesOnAfterAFailure() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(3);
        AtomicReference<String> thread = new AtomicReference<>();
        Subscription task = PeriodicTask.every(
                1_000_000,
                () -> 0,
                this,
                test -> {
                    thread.set(Thread.currentThread().getName());
                    done.countDown();
                    throw new IllegalStateException("on purpose");
                },
                () -> {});
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(thread).hasValue("heapwise-clock");
        task.close();
    }

    @Test
    void aPeriodOfNothingIsRefused() {
        assertThatThrownBy(() -> PeriodicTask.every(0, ticker, this, test -> {}, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("periodNanos=0");
    }
}
