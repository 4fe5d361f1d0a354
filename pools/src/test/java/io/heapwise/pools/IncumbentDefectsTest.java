package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.Made.Thing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What other pools were seen to do wrong, each with the one it was seen in. (Objects given back twice: {@link DoubleCloseTest}. A
 * hand-over without an edge of memory: the stress tests. Those of connections are not the object pool's.)
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IncumbentDefectsTest {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Made made = new Made();
    private final ManualTicker ticker = new ManualTicker();
    private Pool<Thing> pool = Pool.builder(made).maximumSize(1).ticker(ticker).build();

    @AfterEach
    void thePoolIsWhole() throws Exception {
        Books.closeAndCheck(pool);
    }

    /** Stormpot 4.1: who waits sleeps for up to 100 ms although the object, which its holder had before, has come back. */
    @Test
    void whoWaitsIsWokenByTheReturnAndNotByAClock() throws Exception {
        pool.acquire().close();
        Lease<Thing> held = pool.acquire();
        Running<Integer> waiting = waitForever();
        Borrowers.await(() -> {
            // Beyond the time in which the first in the queue looks by itself, whenever it has begun to.
            ticker.advance(Duration.ofSeconds(1));
            return waiting.thread().getState() == Thread.State.WAITING;
        });
        held.close();

        assertThat(waiting.result().get()).isZero();
    }

    /** Agroal 3.2.1: an object given back between a waiter's last look and its sleep is not noticed before the timeout. */
    @Test
    void aReturnBetweenLookingAndSleepingIsNotLost() throws Exception {
        Running<Integer> other = Borrowers.PLATFORM.call(() -> borrowManyTimes());
        int own = borrowManyTimes();

        assertThat(own + other.result().get()).isEqualTo(40_000);
    }

    private int borrowManyTimes() throws InterruptedException {
        int turns = 0;
        for (int i = 0; i < 20_000; i++) {
            try (Lease<Thing> lease = pool.acquire(FOREVER)) {
                assertThat(lease.get().users.incrementAndGet()).isOne();
                lease.get().users.decrementAndGet();
                turns++;
            }
        }
        return turns;
    }

    /** commons-pool2 2.13.1: who waits while another object is being made does not notice one that is given back. */
    @Test
    void anIdleObjectIsLentWhileAnotherIsBeingMade() throws Exception {
        CountDownLatch isToGoOn = new CountDownLatch(1);
        made.then(() -> true).then(() -> {
            isToGoOn.await();
            return true;
        });
        pool.resize(2);
        Lease<Thing> held = pool.acquire();
        Running<Integer> waiting = waitForever();
        Borrowers.await(() -> pool.stats().creating() == 1);
        held.close();

        assertThat(waiting.result().get())
                .as("the first one, since the second is not made")
                .isZero();
        isToGoOn.countDown();
        Borrowers.await(() -> pool.stats().creating() == 0);
    }

    /** commons-pool2: after a bad object the whole timeout begins again. */
    @Test
    void aBadObjectDoesNotBeginTheWaitAgain() throws Exception {
        Books.closeAndCheck(pool);
        pool = Pool.builder(made.then(() -> true).thenFail(new IllegalStateException("no more")))
                .maximumSize(1)
                .ticker(ticker)
                .validator(thing -> !thing.isBroken)
                .pauseAfterFailure(Duration.ofHours(1), Duration.ofHours(1))
                .build();
        Lease<Thing> held = pool.acquire();
        held.get().isBroken = true;
        Running<Integer> waiting = Borrowers.PLATFORM.call(
                () -> pool.acquire(Duration.ofMillis(100)).get().number);
        Borrowers.await(() -> pool.stats().waiting() == 1);
        ticker.advance(Duration.ofMillis(60));
        held.close();
        Borrowers.await(() -> pool.stats().creationFailures() == 1);
        ticker.advance(Duration.ofMillis(40));

        assertThatThrownBy(() -> waiting.result().get())
                .hasRootCauseMessage("no more")
                .cause()
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageStartingWith("waited 100 ms");
    }

    /** HikariCP: one that is robbed of the object it was woken for waits again at the end of the queue. */
    @Test
    void whoIsOvertakenKeepsItsPlace() throws Exception {
        Lease<Thing> held = pool.acquire();
        List<String> served = new CopyOnWriteArrayList<>();
        Running<Void> first = waitAndNote("first", served);
        Borrowers.await(() -> pool.stats().waiting() == 1);
        Running<Void> second = waitAndNote("second", served);
        Borrowers.await(() -> pool.stats().waiting() == 2);
        held.close();
        for (int i = 0; i < 1_000; i++) { // overtakes the first again and again, which it may, for no time goes by
            Lease<Thing> robbed = pool.tryAcquire();
            if (robbed != null) {
                robbed.close();
            }
        }
        first.result().get();
        second.result().get();

        assertThat(served).containsExactly("first", "second");
    }

    private Running<Void> waitAndNote(String name, List<String> served) {
        return Borrowers.PLATFORM.call(() -> {
            try (Lease<Thing> lease = pool.acquire(FOREVER)) {
                assertThat(lease.get()).isNotNull();
                served.add(name);
            }
            return null;
        });
    }

    /** HikariCP 7.1.0: to count objects while one is being let go of fails. */
    @Test
    void statsNeverFail() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        Running<Void> looking = Borrowers.PLATFORM.call(() -> {
            while (looks.incrementAndGet() < 20_000) {
                assertThat(pool.stats().leased()).isBetween(0, 1);
            }
            return null;
        });
        while (!looking.result().isDone()) {
            pool.acquire().invalidate();
        }
        looking.result().get();

        assertThat(pool.stats().destroyed()).isEqualTo(pool.stats().created());
    }

    private Running<Integer> waitForever() {
        Running<Integer> waiting = Borrowers.PLATFORM.call(() -> {
            try (Lease<Thing> lease = pool.acquire(FOREVER)) {
                return lease.get().number;
            }
        });
        Borrowers.await(() -> pool.stats().waiting() == 1);
        return waiting;
    }
}
