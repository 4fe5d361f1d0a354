package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.Made.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every pool promises, whoever borrows and wherever objects are made. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class PoolContractTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final Borrowers borrowers;
    private final List<Pool<?>> pools = new ArrayList<>();
    final Made made = new Made();

    PoolContractTest(Borrowers borrowers) {
        this.borrowers = borrowers;
    }

    /** A builder with the mode of the subclass set. */
    abstract PoolBuilder<Thing> builder();

    Pool<Thing> build(PoolBuilder<Thing> builder) {
        Pool<Thing> pool = builder.build();
        pools.add(pool);
        return pool;
    }

    Pool<Thing> ofSize(int maximumSize) {
        return build(builder().maximumSize(maximumSize));
    }

    @AfterEach
    void everyPoolIsWhole() throws Exception {
        for (Pool<?> pool : pools) {
            Books.closeAndCheck(pool);
        }
    }

    // ---- lending and taking back -----------------------------------------------------------------------------------

    @Test
    void whatIsGivenBackIsLentAgain() throws Exception {
        Pool<Thing> pool = ofSize(3);
        Thing first;
        try (Lease<Thing> lease = pool.acquire()) {
            first = lease.get();
            assertThat(pool.stats().leased()).isEqualTo(1);
        }
        try (Lease<Thing> lease = pool.acquire()) {
            assertThat(lease.get()).isSameAs(first);
        }
        assertThat(made.count()).isEqualTo(1);
    }

    @Test
    void noMoreThanTheMaximumAreLent() throws Exception {
        Pool<Thing> pool = ofSize(2);
        try (Lease<Thing> one = pool.acquire();
                Lease<Thing> other = pool.acquire()) {
            assertThat(one.get()).isNotSameAs(other.get());
            assertThat(pool.tryAcquire()).isNull();
            assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(1))).isInstanceOf(PoolTimeoutException.class);
        }
    }

    @Test
    void whoDoesNotWaitHasOneObjectMade() throws Exception {
        Pool<Thing> pool = ofSize(4);
        Lease<Thing> lease = pool.tryAcquire();
        if (lease == null) { // it is being made by another thread
            Borrowers.await(() -> pool.stats().idle() == 1);
            lease = pool.tryAcquire();
        }
        lease.close();

        assertThat(made.count()).isEqualTo(1);
    }

    @Test
    void applyGivesBackAlsoWhenTheFunctionThrows() throws Exception {
        Pool<Thing> pool = ofSize(1);
        assertThat(pool.<Integer, RuntimeException>apply(thing -> thing.number)).isZero();
        assertThatThrownBy(() -> pool.accept(thing -> {
                    throw new java.io.IOException("inside");
                }))
                .hasMessage("inside");
        assertThat(pool.stats().idle()).isEqualTo(1);
    }

    @Test
    void aLeaseClosedTwiceGivesBackOnce() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> first = pool.acquire();
        first.close();
        Lease<Thing> second = pool.acquire();
        first.close();
        first.invalidate();
        assertThat(pool.tryAcquire()).as("the object is the second borrower's").isNull();
        second.close();
        assertThat(pool.stats().idle()).isEqualTo(1);
    }

    @Test
    void tenThousandLeasesClosedByTwoThreadsAtOnceAreGivenBackOnce() throws Exception {
        Pool<Thing> pool = ofSize(1);
        AtomicInteger users = new AtomicInteger();
        for (int round = 0; round < 10_000; round++) {
            Lease<Thing> lease = pool.acquire(LONG);
            Running<Boolean> other = round % 100 == 0
                    ? borrowers.call(() -> {
                        lease.close();
                        return true;
                    })
                    : null;
            lease.close();
            Lease<Thing> next = pool.tryAcquire();
            assertThat(next).isNotNull();
            assertThat(users.incrementAndGet()).isEqualTo(1);
            if (other != null) {
                other.result().get();
            }
            assertThat(pool.tryAcquire()).isNull();
            users.decrementAndGet();
            next.close();
        }
    }

    @Test
    void anInvalidObjectIsDestroyedAndItsPlaceFree() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).destroyer(thing -> thing.destroyed.incrementAndGet()));
        Lease<Thing> lease = pool.acquire();
        Thing thing = lease.get();
        lease.invalidate();
        lease.invalidate();
        lease.close();
        assertThat(thing.destroyed).hasValue(1);
        try (Lease<Thing> next = pool.acquire()) {
            assertThat(next.get()).isNotSameAs(thing);
        }
    }

    @Test
    void aLeaseThatHasEndedGivesItsObjectToNobody() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> closed = pool.acquire();
        closed.close();
        assertThatThrownBy(closed::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed (expected an open one)");
        try (Lease<Thing> next = pool.acquire()) {
            assertThatThrownBy(closed::get)
                    .as("though the same place is on loan again")
                    .isInstanceOf(IllegalStateException.class);
            assertThat(next.get()).isNotNull();
        }
        pool.resize(3);
        Lease<Thing> first = pool.acquire(LONG);
        Lease<Thing> added = pool.acquire(LONG);
        added.invalidate();
        assertThatThrownBy(added::get).isInstanceOf(IllegalStateException.class);
        assertThat(first.get()).isNotNull();
        first.close();
    }

    @Test
    void noObjectHasTwoUsers() throws Exception {
        Pool<Thing> pool = ofSize(3);
        List<Running<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            boolean isLeasing = i % 2 == 0;
            all.add(borrowers.call(() -> {
                for (int round = 0; round < 3_000; round++) {
                    if (isLeasing) {
                        try (Lease<Thing> lease = pool.acquire(LONG)) {
                            use(lease.get());
                        }
                    } else {
                        pool.accept(PoolContractTest::use);
                    }
                }
                return true;
            }));
        }
        for (Running<Boolean> one : all) {
            one.result().get();
        }
        assertThat(pool.stats().created()).isLessThanOrEqualTo(3);
    }

    private static void use(Thing thing) {
        assertThat(thing.users.incrementAndGet()).isEqualTo(1);
        thing.users.decrementAndGet();
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    @Test
    void whoWaitsGetsWhatIsGivenBack() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> held = pool.acquire();
        Thing thing = held.get();
        Running<Thing> waiter = borrowers.call(() -> pool.<Thing, RuntimeException>apply(lent -> lent));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        held.close();
        assertThat(waiter.result().get()).isSameAs(thing);
    }

    @Test
    void thoseWhoWaitAreServedInTurnWhenNobodyMayOvertake() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).fairnessBound(Duration.ZERO));
        Lease<Thing> held = pool.acquire();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Running<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            all.add(borrowers.call(() -> {
                pool.accept(thing -> order.add(number));
                return true;
            }));
            Borrowers.await(() -> pool.stats().waiting() == number + 1);
        }
        held.close();
        for (Running<Boolean> one : all) {
            one.result().get();
        }
        assertThat(order).isSorted().hasSize(20);
    }

    @Test
    void aReleaseThatMeetsAWaiterIsNeverLost() throws Exception {
        Pool<Thing> pool = ofSize(1);
        // Two threads that always meet: a wake-up lost once would hang both until the test's own timeout.
        Running<Boolean> other = borrowers.call(() -> {
            for (int round = 0; round < 20_000; round++) {
                pool.accept(PoolContractTest::use);
            }
            return true;
        });
        for (int round = 0; round < 20_000; round++) {
            pool.acquire(LONG).close();
        }
        other.result().get();
    }

    @Test
    void anInterruptEndsTheWaitAndTakesNothing() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> held = pool.acquire();
        Running<Lease<Thing>> waiter = borrowers.call(() -> pool.acquire(LONG));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        waiter.thread().interrupt();
        assertThatThrownBy(() -> waiter.result().get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(pool.stats().waiting()).isZero();
        held.close();
        assertThat(pool.stats().idle()).isEqualTo(1);
    }

    @Test
    void oneWhoGivesUpLeavesItsTurnToTheNext() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> held = pool.acquire();
        Running<Lease<Thing>> first = borrowers.call(() -> pool.acquire(LONG));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        Running<Boolean> second = borrowers.call(() -> {
            pool.acquire(LONG).close();
            return true;
        });
        Borrowers.await(() -> pool.stats().waiting() == 2);
        first.thread().interrupt();
        Borrowers.await(() -> pool.stats().waiting() == 1);
        held.close();
        assertThat(second.result().get()).isTrue();
    }

    @Test
    void aTimeoutTellsTheNumbersAndWhoHoldsTheObjects() throws Exception {
        Pool<Thing> pool = ofSize(1);
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch isOver = new CountDownLatch(1);
        Running<Boolean> holder = Borrowers.PLATFORM.call(() -> {
            pool.accept(thing -> {
                isHeld.countDown();
                isOver.await();
            });
            return true;
        });
        isHeld.await();
        assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(30)))
                .isInstanceOf(PoolTimeoutException.class)
                .hasMessageContainingAll(
                        "size=1 of 1", "idle=0", "in use=1", "waiting=0", "thread borrower", "at least");
        isOver.countDown();
        holder.result().get();
    }

    @Test
    void tooManyWaitersAreTurnedAway() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).maximumWaiters(1));
        Lease<Thing> held = pool.acquire();
        Running<Boolean> waiter = borrowers.call(() -> {
            pool.acquire(LONG).close();
            return true;
        });
        Borrowers.await(() -> pool.stats().waiting() == 1);
        assertThatThrownBy(pool::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than 1 waiters");
        held.close();
        assertThat(waiter.result().get()).isTrue();
    }

    /** An empty pool that lets nobody wait would refuse everybody. */
    @Test
    void thoseForWhomOneIsMadeAreNotAmongTheWaiters() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(2).maximumWaiters(0));
        Lease<Thing> first = pool.acquire();
        Lease<Thing> second = pool.acquire();
        assertThatThrownBy(pool::acquire)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than 0 waiters");
        first.close();
        second.close();
    }

    /** Who has just been handed the second may ask for the third before the pool's own thread is done with the second. */
    @Test
    void whoDoesNotWaitHasOneMadeHoweverEarlyHeAsks() throws Exception {
        for (int round = 0; round < 500; round++) {
            Pool<Thing> pool = ofSize(3);
            Lease<Thing> first = pool.acquire();
            Lease<Thing> second = pool.acquire();
            if (pool.tryAcquire() == null) {
                Borrowers.await(() -> pool.stats().created() == 3);
            }
            first.close();
            second.close();
            pool.close();
            pools.clear();
        }
    }

    @Test
    void whatIsOnLoanWhenTheGraceIsOverIsAborted() throws Exception {
        List<Thing> aborted = new ArrayList<>();
        AtomicInteger destroyed = new AtomicInteger();
        Pool<Thing> pool = Pool.builder(made)
                .maximumSize(2)
                .destroyer(thing -> destroyed.incrementAndGet())
                .aborter(thing -> {
                    aborted.add(thing);
                    throw new IllegalStateException("counted");
                })
                .build();
        Lease<Thing> held = pool.acquire();
        Thing used = held.get();
        Lease<Thing> other = pool.acquire();
        other.close();
        pool.close(Duration.ZERO).get();
        assertThat(aborted).containsExactly(used);
        assertThat(destroyed).as("the idle one").hasValue(1);
        assertThat(pool.stats().hookFailures()).isOne();
        assertThat(pool.stats().destroyed()).isEqualTo(2);
        held.close();
        assertThat(aborted).containsExactly(used);
    }

    /** Overtaken it dozes; if it then missed what is given back last, it would sleep until its timeout. */
    @Test
    void whoIsOvertakenDoesNotSleepBesideAnIdleObject() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).fairnessBound(Duration.ofDays(1)));
        for (int round = 0; round < 300; round++) {
            Lease<Thing> held = pool.acquire();
            Running<Thing> waiter = borrowers.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
            Borrowers.await(() -> pool.stats().waiting() == 1);
            held.close();
            for (int i = 0; i < round; i++) {
                pool.accept(PoolContractTest::use);
            }
            assertThat(waiter.result().get()).isNotNull();
        }
    }

    @Test
    void anObjectThatComesBackIsLentWhileAnotherIsStillBeingMade() throws Exception {
        CountDownLatch isMaking = new CountDownLatch(1);
        CountDownLatch mayMake = new CountDownLatch(1);
        Pool<Thing> pool = build(Pool.builder(made).maximumSize(2)); // off the caller's thread in every mode
        Lease<Thing> held = pool.acquire();
        Thing first = held.get();
        made.then(() -> {
            isMaking.countDown();
            mayMake.await();
            return true;
        });
        Running<Thing> waiter = borrowers.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
        isMaking.await();
        held.close();
        assertThat(waiter.result().get()).isSameAs(first);
        mayMake.countDown();
        Borrowers.await(() -> pool.stats().creating() == 0);
    }

    // ---- making and destroying -------------------------------------------------------------------------------------

    @Test
    void aFactoryThatFailsIsAskedAgain() throws Exception {
        made.thenFail(new java.io.IOException("no"))
                .thenFail(new java.io.IOException("not yet"))
                .then(() -> false);
        Pool<Thing> pool = build(builder().pauseAfterFailure(Duration.ofNanos(1), Duration.ofMillis(1)));
        pool.acquire(LONG).close();
        assertThat(pool.stats().creationFailures()).isEqualTo(3);
    }

    @Test
    void theLastFailureIsTheCauseOfATimeout() {
        Exception failure = new java.io.IOException("refused");
        Pool<Thing> pool = build(builder().pauseAfterFailure(Duration.ofSeconds(100), Duration.ofSeconds(100)));
        made.thenFail(failure);
        assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(50)))
                .isInstanceOf(PoolTimeoutException.class)
                .hasCause(failure);
    }

    @Test
    void aPoolThatFailsFastTellsTheFirstInTheQueue() throws Exception {
        Exception failure = new java.io.IOException("refused");
        made.thenFail(failure);
        Pool<Thing> pool = build(builder().failFast().pauseAfterFailure(Duration.ofNanos(1), Duration.ofNanos(1)));
        assertThatThrownBy(() -> pool.acquire(LONG))
                .isInstanceOf(PoolCreationException.class)
                .hasRootCause(failure);
        pool.acquire(LONG).close();
    }

    @Test
    void whatFailsItsTestIsDestroyedAndAnotherIsLent() throws Exception {
        Pool<Thing> pool = build(builder()
                .maximumSize(1)
                .validator(thing -> !thing.isBroken)
                .destroyer(thing -> thing.destroyed.incrementAndGet()));
        Thing broken = pool.<Thing, RuntimeException>apply(thing -> {
            thing.isBroken = true;
            return thing;
        });
        assertThat(pool.<Thing, RuntimeException>apply(thing -> thing)).isNotSameAs(broken);
        assertThat(broken.destroyed).hasValue(1);
    }

    @Test
    void hooksThatThrowLoseNothing() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        Pool<Thing> pool = build(builder()
                .maximumSize(2)
                .beforeLending(thing -> failEveryThird(calls))
                .afterReturn(thing -> failEveryThird(calls))
                .destroyer(thing -> {
                    throw new AssertionError("destroyer");
                }));
        for (int round = 0; round < 100; round++) {
            pool.acquire(LONG).close();
            pool.accept(thing -> {});
        }
        assertThat(pool.stats().hookFailures()).isPositive();
        assertThat(pool.stats().leased()).isZero();
    }

    private static void failEveryThird(AtomicInteger calls) {
        if (calls.incrementAndGet() % 3 == 0) {
            throw new IllegalArgumentException("hook");
        }
    }

    // ---- without a thread ------------------------------------------------------------------------------------------

    @Test
    void whoDoesNotWaitWithAThreadIsServedInTurn() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).fairnessBound(Duration.ZERO));
        Lease<Thing> held = pool.acquire();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        Running<Boolean> first = borrowers.call(() -> {
            pool.accept(thing -> order.add(0));
            return true;
        });
        Borrowers.await(() -> pool.stats().waiting() == 1);
        CompletableFuture<Void> second = pool.acquireAsync(LONG).thenAccept(lease -> {
            order.add(1);
            lease.close();
        });
        Borrowers.await(() -> pool.stats().waiting() == 2);
        Running<Boolean> third = borrowers.call(() -> {
            pool.accept(thing -> order.add(2));
            return true;
        });
        Borrowers.await(() -> pool.stats().waiting() == 3);
        held.close();
        first.result().get();
        second.get();
        third.result().get();
        assertThat(order).containsExactly(0, 1, 2);
    }

    @Test
    void whoDoesNotWaitWithAThreadGetsWhatIsMade() throws Exception {
        Pool<Thing> pool = ofSize(2);
        try (Lease<Thing> one = pool.acquireAsync(LONG).get();
                Lease<Thing> other = pool.acquireAsync(LONG).get()) {
            assertThat(one.get()).isNotSameAs(other.get());
            assertThatThrownBy(() -> pool.acquireAsync(Duration.ofMillis(1)).get())
                    .hasCauseInstanceOf(PoolTimeoutException.class);
        }
        assertThat(pool.stats().waiting()).isZero();
    }

    @Test
    void aCancelledRequestLeavesTheQueueAndTakesNothing() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> held = pool.acquire();
        CompletableFuture<Lease<Thing>> cancelled = pool.acquireAsync(LONG);
        CompletableFuture<Lease<Thing>> next = pool.acquireAsync(LONG);
        Borrowers.await(() -> pool.stats().waiting() == 2);
        cancelled.cancel(false);
        Borrowers.await(() -> pool.stats().waiting() == 1);
        held.close();
        next.get().close();
        assertThat(pool.stats().idle()).isEqualTo(1);
    }

    @Test
    void requestsCancelledAsTheyAreServedLoseNothing() throws Exception {
        Pool<Thing> pool = ofSize(1);
        for (int round = 0; round < 2_000; round++) {
            Lease<Thing> held = pool.acquire(LONG);
            CompletableFuture<Lease<Thing>> request = pool.acquireAsync(LONG);
            Running<Boolean> canceller = round % 10 == 0 ? borrowers.call(() -> request.cancel(false)) : null;
            held.close();
            if (canceller == null) {
                request.get().close();
            } else {
                canceller.result().get();
                if (!request.isCancelled()) {
                    request.get().close();
                }
            }
        }
        Borrowers.await(() -> pool.stats().leased() == 0 && pool.stats().waiting() == 0);
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    @Test
    void aPoolThatGrowsServesThoseWhoWait() throws Exception {
        Pool<Thing> pool = ofSize(1);
        Lease<Thing> held = pool.acquire();
        Running<Thing> waiter = borrowers.call(() -> pool.<Thing, RuntimeException>apply(thing -> thing));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        pool.resize(3);
        assertThat(waiter.result().get()).isNotSameAs(held.get());
        assertThat(pool.stats().maximumSize()).isEqualTo(3);
        try (Lease<Thing> second = pool.acquire(LONG);
                Lease<Thing> third = pool.acquire(LONG)) {
            assertThat(third.get()).isNotSameAs(second.get());
            assertThat(pool.tryAcquire()).isNull();
        }
        held.close();
    }

    @Test
    void aPoolThatShrinksDestroysIdleObjectsNowAndLentOnesAsTheyComeBack() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(4).destroyer(thing -> thing.destroyed.incrementAndGet()));
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            leases.add(pool.acquire());
        }
        List<Thing> things = leases.stream().map(Lease::get).toList();
        leases.get(0).close();
        pool.resize(2);
        assertThat(things.get(0).destroyed).hasValue(1);
        assertThat(pool.stats().leased()).isEqualTo(3);
        leases.get(1).close();
        assertThat(things.get(1).destroyed).hasValue(1);
        leases.get(2).close();
        leases.get(3).close();
        assertThat(pool.stats().idle()).isEqualTo(2);
        assertThat(things.get(2).destroyed).hasValue(0);
    }

    @Test
    void resizingWhileManyBorrowKeepsTheBooks() throws Exception {
        Pool<Thing> pool = ofSize(3);
        AtomicBoolean isOver = new AtomicBoolean();
        List<Running<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(borrowers.call(() -> {
                while (!isOver.get()) {
                    pool.accept(PoolContractTest::use);
                    Thread.yield(); // virtual threads that never block would keep all processors from one that has a
                    // lock to take
                }
                return true;
            }));
        }
        for (int round = 0; round < 2_000; round++) {
            pool.resize(1 + round % 7);
            if (round % 10 == 0) {
                pool.refresh();
            }
        }
        pool.resize(2);
        isOver.set(true);
        for (Running<Boolean> one : all) {
            one.result().get();
        }
        Borrowers.await(() -> pool.stats().creating() == 0);
        assertThat(pool.stats().idle()).isLessThanOrEqualTo(2);
    }

    @Test
    void aPausedPoolLendsNothingUntilItGoesOn() throws Exception {
        Pool<Thing> pool = ofSize(2);
        pool.acquire().close();
        Lease<Thing> held = pool.acquire();
        pool.pause();
        assertThat(pool.tryAcquire()).isNull();
        List<Running<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(borrowers.call(() -> {
                pool.accept(PoolContractTest::use);
                return true;
            }));
        }
        Borrowers.await(() -> pool.stats().waiting() == 3);
        held.close();
        assertThat(pool.stats().waiting()).isEqualTo(3);
        assertThat(pool.stats().created()).isEqualTo(1);
        pool.resume();
        for (Running<Boolean> one : all) {
            assertThat(one.result().get()).isTrue();
        }
    }

    @Test
    void refreshingReplacesAllObjects() throws Exception {
        CountDownLatch isMaking = new CountDownLatch(1);
        CountDownLatch mayMake = new CountDownLatch(1);
        Pool<Thing> pool =
                build(Pool.builder(made).maximumSize(3).destroyer(thing -> thing.destroyed.incrementAndGet()));
        Lease<Thing> first = pool.acquire();
        Lease<Thing> held = pool.acquire();
        Thing idle = first.get();
        Thing lent = held.get();
        first.close();
        made.then(() -> {
            isMaking.countDown();
            mayMake.await();
            return true;
        });
        Lease<Thing> again = pool.acquire();
        assertThat(again.get()).isSameAs(idle);
        assertThat(pool.tryAcquire()).isNull(); // has the third made
        isMaking.await();
        again.close();
        pool.refresh();
        assertThat(idle.destroyed).hasValue(1);
        held.close();
        assertThat(lent.destroyed).hasValue(1);
        mayMake.countDown();
        Borrowers.await(() -> pool.stats().destroyed() == 3);
        try (Lease<Thing> fresh = pool.acquire()) {
            assertThat(fresh.get().number).isEqualTo(3);
        }
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Test
    void closingFailsThoseWhoWaitAndDestroysWhatComesBack() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(1).destroyer(thing -> thing.destroyed.incrementAndGet()));
        Lease<Thing> held = pool.acquire();
        Running<Lease<Thing>> waiter = borrowers.call(() -> pool.acquire(LONG));
        Borrowers.await(() -> pool.stats().waiting() == 1);
        var closing = pool.closeAsync();
        assertThatThrownBy(() -> waiter.result().get()).hasMessageContaining("closed");
        assertThat(closing).isNotDone();
        Thing thing = held.get();
        held.close();
        closing.get();
        assertThat(thing.destroyed).hasValue(1);
        assertThatThrownBy(pool::acquire).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pool::tryAcquire).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closingWhileManyBorrowEndsWithNothingLeft() throws Exception {
        for (int round = 0; round < 200; round++) {
            Pool<Thing> pool = build(builder().maximumSize(2));
            List<Running<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(borrowers.call(() -> {
                    try {
                        while (true) {
                            pool.accept(PoolContractTest::use);
                        }
                    } catch (IllegalStateException closed) {
                        return true;
                    }
                }));
            }
            Running<Boolean> last = Borrowers.PLATFORM.call(() -> {
                pool.acquire(LONG).close();
                return true;
            });
            all.add(last);
            assertThat(Books.outcome(pool, last.result(), all.stream().map(Running::thread)))
                    .isTrue();
            Books.outcome(pool, pool.closeAsync(), all.stream().map(Running::thread));
            for (Running<Boolean> one : all) {
                assertThat(Books.outcome(pool, one.result(), all.stream().map(Running::thread)))
                        .isTrue();
            }
        }
    }

    @Test
    void whatIsStillLentWhenTheGraceIsOverIsDestroyed() throws Exception {
        Pool<Thing> pool = build(builder().maximumSize(2).destroyer(thing -> thing.destroyed.incrementAndGet()));
        Lease<Thing> lease = pool.acquire();
        Thing leased = lease.get();
        AtomicReference<Thing> applied = new AtomicReference<>();
        pool.accept(thing -> {
            applied.set(thing);
            pool.close(Duration.ZERO).get();
            assertThat(thing.destroyed).hasValue(1);
        });
        lease.close();
        lease.invalidate();
        assertThat(leased.destroyed).hasValue(1);
        assertThat(applied.get().destroyed).hasValue(1);
    }

    // ---- arguments -------------------------------------------------------------------------------------------------

    @Test
    void badArgumentsAreRefusedWithTheBound() {
        Pool<Thing> pool = ofSize(1);
        assertThatThrownBy(() -> builder().maximumSize(0))
                .hasMessageContaining("maximumSize=0 (expected 1 to 1048576)");
        assertThatThrownBy(() -> builder().concurrentCreations(0)).hasMessageContaining("concurrentCreations=0");
        assertThatThrownBy(() -> builder().pauseAfterFailure(Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("expected 0 < first");
        assertThatThrownBy(() -> pool.acquire(Duration.ofMillis(-1))).hasMessageContaining("timeout=PT-0.001S");
    }
}
