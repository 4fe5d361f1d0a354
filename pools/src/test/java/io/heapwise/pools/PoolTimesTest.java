package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.Made.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool does as time goes by. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolTimesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Made made = new Made();
    private final ManualTicker ticker = new ManualTicker();
    private final AtomicInteger validated = new AtomicInteger();
    private final List<Pool<?>> pools = new ArrayList<>();

    private PoolBuilder<Thing> builder() {
        return Pool.builder(made)
                .ticker(ticker)
                .creationExecutor(Runnable::run)
                .destroyer(thing -> thing.destroyed.incrementAndGet());
    }

    private PoolBuilder<Thing> validating() {
        return builder().validator(thing -> {
            validated.incrementAndGet();
            return !thing.isBroken;
        });
    }

    private Pool<Thing> build(PoolBuilder<Thing> builder) {
        Pool<Thing> pool = builder.build();
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void everyPoolIsWhole() throws Exception {
        for (Pool<?> pool : pools) {
            Books.closeAndCheck(pool);
        }
    }

    private static Thing lent(Pool<Thing> pool) throws InterruptedException {
        return pool.<Thing, RuntimeException>apply(thing -> thing);
    }

    private static List<Thing> fill(Pool<Thing> pool, int count) throws InterruptedException {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.acquire());
        }
        List<Thing> things = leases.stream().map(Lease::get).toList();
        leases.forEach(Lease::close);
        return things;
    }

    // ---- age -------------------------------------------------------------------------------------------------------

    @Test
    void anObjectThatHasReachedItsAgeIsNotLent() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).lifetime(SECOND, 0));
        Thing old = lent(pool);
        ticker.advance(Duration.ofMillis(900));
        assertThat(lent(pool)).isSameAs(old);
        ticker.advance(Duration.ofMillis(200));
        assertThat(lent(pool)).isNotSameAs(old);
        assertThat(old.destroyed).hasValue(1);
    }

    @Test
    void anOldIdleObjectIsDestroyedWithoutBeingAskedFor() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).lifetime(SECOND, 0));
        Thing old = lent(pool);
        ticker.advance(Duration.ofMillis(1_100));
        pool.maintain();
        assertThat(old.destroyed).hasValue(1);
    }

    @Test
    void objectsMadeTogetherDoNotAllGoTogether() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(64).lifetime(Duration.ofSeconds(100), 0.5));
        List<Thing> all = fill(pool, 64);
        assertThat(all).doesNotHaveDuplicates();
        ticker.advance(Duration.ofSeconds(49));
        pool.maintain();
        assertThat(pool.stats().idle()).isEqualTo(64);
        ticker.advance(Duration.ofSeconds(26));
        pool.maintain();
        assertThat(pool.stats().idle()).isBetween(8, 56);
        ticker.advance(Duration.ofSeconds(26));
        pool.maintain();
        assertThat(pool.stats().idle()).isZero();
    }

    // ---- idleness --------------------------------------------------------------------------------------------------

    @Test
    void objectsIdleForTooLongGoOldestFirstDownToTheMinimum() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(4).minimumIdle(2).idleExpiry(SECOND));
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.acquire());
        }
        List<Thing> things = leases.stream().map(Lease::get).toList();
        for (Lease<Thing> lease : leases) {
            lease.close();
            ticker.advance(Duration.ofMillis(100));
        }
        pool.maintain();
        assertThat(pool.stats().idle()).isEqualTo(4);
        ticker.advance(SECOND);
        pool.maintain();
        assertThat(pool.stats().idle()).isEqualTo(2);
        assertThat(things.get(0).destroyed).hasValue(1);
        assertThat(things.get(1).destroyed).hasValue(1);
        assertThat(things.get(3).destroyed).hasValue(0);
    }

    @Test
    void whatIsMissingOfTheMinimumIsMade() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(5).minimumIdle(2));
        pool.maintain();
        assertThat(pool.stats().created()).as("nothing before the first loan").isZero();
        try (Lease<Thing> lease = pool.acquire()) {
            pool.maintain();
            assertThat(pool.stats().idle()).isEqualTo(2);
            lease.invalidate();
        }
        assertThat(pool.stats().created()).isEqualTo(3);
    }

    @Test
    void aPoolFilledEagerlyIsReadyBeforeTheFirstLoan() {
        Pool<Thing> pool = build(builder().maximumSize(5).minimumIdle(3).fillEagerly());
        assertThat(pool.stats().idle()).isEqualTo(3);
    }

    @Test
    void aReturnBeyondTheMaximumOfIdleObjectsIsDestroyed() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(4).maximumIdle(1));
        List<Thing> all = fill(pool, 3);
        assertThat(pool.stats().idle()).isEqualTo(1);
        assertThat(all.stream().filter(thing -> thing.destroyed.get() == 1)).hasSize(2);
    }

    // ---- validation ------------------------------------------------------------------------------------------------

    @Test
    void anObjectUsedJustNowIsNotValidated() throws Exception {
        Pool<Thing> pool = build(validating().maximumSize(1).validateWhenIdleFor(SECOND));
        Thing first = lent(pool);
        ticker.advance(Duration.ofMillis(500));
        assertThat(lent(pool)).isSameAs(first);
        assertThat(validated).hasValue(0);
        ticker.advance(Duration.ofMillis(1_100));
        first.isBroken = true;
        assertThat(lent(pool)).isNotSameAs(first);
        assertThat(validated).hasValue(1);
    }

    @Test
    void idleObjectsAreValidatedAgainAndAgain() throws Exception {
        Pool<Thing> pool = build(validating().maximumSize(1).keepAlive(SECOND).validateWhenIdleFor(Duration.ofDays(1)));
        Thing kept = lent(pool);
        for (int second = 1; second <= 3; second++) {
            ticker.advance(Duration.ofMillis(1_050));
            pool.maintain();
            pool.maintain();
            assertThat(validated).hasValue(second);
        }
        kept.isBroken = true;
        ticker.advance(Duration.ofMillis(1_050));
        pool.maintain();
        assertThat(kept.destroyed).hasValue(1);
    }

    // ---- creation --------------------------------------------------------------------------------------------------

    @Test
    void anAttemptThatHangsIsGivenUpAndAnotherBegun() throws Exception {
        CountDownLatch isHanging = new CountDownLatch(1);
        CountDownLatch neverOpened = new CountDownLatch(1);
        CountDownLatch wasInterrupted = new CountDownLatch(1);
        made.then(() -> {
            isHanging.countDown();
            try {
                neverOpened.await();
                return true;
            } catch (InterruptedException interrupted) {
                wasInterrupted.countDown();
                throw interrupted;
            }
        });
        Pool<Thing> pool = build(Pool.builder(made)
                .ticker(ticker)
                .maximumSize(1)
                .creationTimeLimit(SECOND)
                .pauseAfterFailure(Duration.ofNanos(1), Duration.ofNanos(1)));
        assertThat(pool.tryAcquire()).isNull();
        isHanging.await();
        ticker.advance(SECOND.plusMillis(1));
        assertThat(pool.tryAcquire()).isNull();
        wasInterrupted.await();
        ticker.advance(SECOND.minusMillis(1));
        Borrowers.await(() -> {
            Lease<Thing> lease = pool.tryAcquire();
            if (lease != null) {
                lease.close();
            }
            return lease != null;
        });
        assertThat(pool.stats().creationFailures()).isEqualTo(1);
        assertThat(pool.stats().created()).isEqualTo(1);
    }

    @Test
    void aBurstThatIsOverBeforeAnotherCouldBeMadeMakesNone() throws Exception {
        made.then(() -> {
            ticker.advance(Duration.ofMillis(200)); // what making takes
            return true;
        });
        Pool<Thing> pool =
                build(Pool.builder(made).ticker(ticker).maximumSize(3).creationExecutor(Runnable::run));
        Lease<Thing> held = pool.acquire();
        Running<Thing> waiting = Borrowers.PLATFORM.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        ticker.advance(Duration.ofMillis(49));
        pool.maintain();
        assertThat(pool.stats().created()).isOne();
        held.close();
        assertThat(waiting.result().get()).isSameAs(pool.<Thing, RuntimeException>apply(thing -> thing));
        assertThat(pool.stats().created()).isOne();
    }

    @Test
    void whoHasWaitedForAQuarterOfTheTimeHasOneMade() throws Exception {
        made.then(() -> {
            ticker.advance(Duration.ofMillis(200));
            return true;
        });
        Pool<Thing> pool =
                build(Pool.builder(made).ticker(ticker).maximumSize(3).creationExecutor(Runnable::run));
        Lease<Thing> held = pool.acquire();
        Running<Thing> waiting = Borrowers.PLATFORM.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        ticker.advance(Duration.ofMillis(50));
        pool.maintain();
        assertThat(waiting.result().get()).isNotSameAs(held.get());
        assertThat(pool.stats().created()).isEqualTo(2);
        held.close();
    }

    @Test
    void anOutageIsNotPaidForAfterwards() throws Exception {
        made.then(() -> {
            ticker.advance(SECOND.multipliedBy(100));
            return true;
        });
        Pool<Thing> pool =
                build(Pool.builder(made).ticker(ticker).maximumSize(2).creationExecutor(Runnable::run));
        Lease<Thing> held = pool.acquire();
        Running<Thing> waiting = Borrowers.PLATFORM.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        ticker.advance(Duration.ofMillis(99));
        pool.maintain();
        assertThat(pool.stats().created()).isOne();
        ticker.advance(Duration.ofMillis(1));
        pool.maintain();
        assertThat(waiting.result().get()).isNotSameAs(held.get());
        held.close();
    }

    @Test
    void whatIsMadeTooLateIsLentIfThereIsRoomElseDestroyed() throws Exception {
        for (boolean isRoom : new boolean[] {true, false}) {
            Made slow = new Made();
            CountDownLatch isHanging = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            slow.then(() -> {
                isHanging.countDown();
                while (mayEnd.getCount() > 0) {
                    Thread.onSpinWait(); // deaf to interrupts
                }
                return true;
            });
            Pool<Thing> pool = build(Pool.builder(slow)
                    .ticker(ticker)
                    .maximumSize(1)
                    .creationTimeLimit(SECOND)
                    .pauseAfterFailure(Duration.ofSeconds(100), Duration.ofSeconds(100)));
            assertThat(pool.tryAcquire()).isNull();
            isHanging.await();
            ticker.advance(SECOND);
            assertThat(pool.tryAcquire()).isNull();
            assertThat(pool.stats().creating()).isZero();
            if (!isRoom) {
                ticker.advance(Duration.ofSeconds(200));
                assertThat(pool.tryAcquire()).isNull();
                Borrowers.await(() -> pool.stats().idle() == 1);
            }
            mayEnd.countDown();
            Borrowers.await(() -> pool.stats().created() == (isRoom ? 1 : 2));
            Borrowers.await(() -> pool.stats().idle() == 1 && pool.stats().destroyed() == (isRoom ? 0 : 1));
        }
    }

    @Test
    void aTimeoutAfterAnAttemptThatHungSaysSo() throws Exception {
        CountDownLatch isHanging = new CountDownLatch(1);
        made.then(() -> {
            isHanging.countDown();
            new CountDownLatch(1).await();
            return true;
        });
        Pool<Thing> pool = build(Pool.builder(made)
                .ticker(ticker)
                .creationTimeLimit(SECOND)
                .pauseAfterFailure(Duration.ofSeconds(100), Duration.ofSeconds(100)));
        assertThat(pool.tryAcquire()).isNull();
        isHanging.await();
        ticker.advance(SECOND);
        assertThatThrownBy(() -> pool.acquire(Duration.ZERO))
                .isInstanceOf(PoolTimeoutException.class)
                .hasCauseInstanceOf(TimeoutException.class)
                .hasStackTraceContaining("creationTimeLimit=PT1S");
    }

    // ---- options ---------------------------------------------------------------------------------------------------

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> builder().maximumSize(2).minimumIdle(3).build())
                .hasMessageContaining("minimumIdle=3 (expected <= 2)");
        assertThatThrownBy(() -> builder().keepAlive(SECOND).build()).hasMessageContaining("validator=null");
        assertThatThrownBy(() -> builder().lifetime(SECOND, 2)).hasMessageContaining("jitter=2.0 (expected 0 to 1)");
        assertThatThrownBy(() -> builder().lifetime(Duration.ZERO))
                .hasMessageContaining("lifetime=PT0S (expected > 0)");
    }
}
