package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.LeakTracker.Leak;
import io.heapwise.memory.LeakTracker.Mode;
import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.Made.Thing;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases that are dropped without being closed. Real collections find them, so each test provokes them until they do. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PoolLeakTest {
    private final Made made = new Made();
    private final Queue<Leak> told = new ConcurrentLinkedQueue<>();
    private final List<Pool<?>> pools = new ArrayList<>();
    private volatile Runnable beforeLending = () -> {};

    private Pool<Thing> pool(int size, Mode mode) {
        LeakTracker tracker = LeakTracker.named("lease", mode);
        tracker.onLeak(told::add);
        Pool<Thing> pool = Pool.builder(made)
                .maximumSize(size)
                .ticker(new ManualTicker()) // time goes by when the test says so: at each maintain()
                .destroyer(thing -> thing.destroyed.incrementAndGet())
                .creationExecutor(Runnable::run)
                .beforeLending(thing -> beforeLending.run())
                .leakTracker(tracker)
                .build();
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void everyPoolIsWhole() throws Exception {
        for (Pool<?> pool : pools) {
            Books.closeAndCheck(pool);
        }
    }

    private static void collectUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            System.gc();
            Thread.yield();
        }
    }

    private static Thing takeAndDrop(Pool<Thing> pool) throws InterruptedException {
        return pool.acquire().get();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"SAMPLED", "FULL"})
    void theObjectOfADroppedLeaseIsDestroyedAndItsPlaceIsFree(Mode mode) throws Exception {
        Pool<Thing> pool = pool(1, mode);
        Thing lost = takeAndDrop(pool);
        pool.maintain();
        collectUntil(() -> pool.stats().dropped() == 1);

        try (Lease<Thing> lease = pool.acquire(Duration.ofSeconds(50))) {
            assertThat(lease.get()).isNotSameAs(lost);
        }
        Borrowers.await(() -> !told.isEmpty());
        assertThat(lost.destroyed).hasValue(1);
        assertThat(told).hasSize(1);
    }

    @Test
    void whoWaitsGetsThePlaceOfADroppedLease() throws Exception {
        Pool<Thing> pool = pool(1, Mode.SAMPLED);
        takeAndDrop(pool);
        pool.maintain();
        Running<Integer> waiting =
                Borrowers.PLATFORM.call(() -> pool.<Integer, RuntimeException>apply(thing -> thing.number));
        collectUntil(waiting.result()::isDone);

        assertThat(waiting.result().get()).isEqualTo(1);
    }

    /** Each of them began to wait in the cohort of the leases that were dropped. */
    @Test
    void thoseWhoWaitDoNotKeepDroppedLeasesFromBeingFound() throws Exception {
        Pool<Thing> pool = pool(1, Mode.SAMPLED);
        takeAndDrop(pool);
        Running<Integer> applying =
                Borrowers.PLATFORM.call(() -> pool.<Integer, RuntimeException>apply(thing -> thing.number));
        Running<Integer> leasing = Borrowers.PLATFORM.call(() -> {
            try (Lease<Thing> lease = pool.acquire()) {
                return lease.get().number;
            }
        });
        Borrowers.await(() -> pool.stats().waiting() == 2);
        pool.maintain();
        collectUntil(() -> applying.result().isDone() && leasing.result().isDone());

        assertThat(applying.result().get()).isEqualTo(1);
        assertThat(leasing.result().get()).isEqualTo(1);
    }

    /** What one that waited has got is not yet one of any cohort while the hook runs. */
    @Test
    void whatIsHandedToOneThatWaitedIsNotTakenForDropped() throws Exception {
        Pool<Thing> pool = pool(2, Mode.SAMPLED);
        takeAndDrop(pool);
        Running<Integer> waiting = waitForTheOtherOne(pool, () -> {
            pool.maintain();
            collectUntil(() -> pool.stats().dropped() > 0);
            awaitWhatIsBeingFound();
        });

        assertThat(waiting.result().get()).isZero();
        assertThat(pool.stats().dropped()).isOne();
    }

    /** What is dropped later is found later, so once it is found all that was found before has been dealt with. */
    private static void awaitWhatIsBeingFound() {
        AtomicBoolean isFound = new AtomicBoolean();
        var unused = LeakTracker.whenDropped(new Object(), () -> isFound.set(true));
        collectUntil(isFound::get);
    }

    private Running<Integer> waitForTheOtherOne(Pool<Thing> pool, Runnable hook) throws Exception {
        try (Lease<Thing> lease = pool.acquire()) {
            assertThat(lease.get().destroyed).hasValue(0);
            beforeLending = hook;
            Running<Integer> waiting = Borrowers.PLATFORM.call(
                    () -> pool.<Integer, RuntimeException>apply(thing -> thing.destroyed.get()));
            Borrowers.await(() -> pool.stats().waiting() == 1);
            return waiting;
        }
    }

    @Test
    void aTrackedLeaseSaysWhereItWasTaken() throws Exception {
        Pool<Thing> pool = pool(1, Mode.FULL);
        takeAndDrop(pool);
        collectUntil(() -> !told.isEmpty());

        assertThat(told.element().taken().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("takeAndDrop"));
    }

    @Test
    void afterAFirstLeakTheNextOnesSayWhereTheyWereTaken() throws Exception {
        Pool<Thing> pool = pool(2, Mode.SAMPLED);
        takeAndDrop(pool);
        pool.maintain();
        collectUntil(() -> told.size() == 1);
        assertThat(told.element().taken()).isNull();
        assertThat(told.element().which())
                .contains("taken by thread " + Thread.currentThread().getName());
        takeAndDrop(pool);
        collectUntil(() -> told.size() == 2);

        assertThat(told).last().extracting(Leak::taken).isNotNull();
    }

    @Test
    void aLeaseFromAFutureIsFoundToo() throws Exception {
        Pool<Thing> pool = pool(1, Mode.SAMPLED);
        pool.acquireAsync(Duration.ofSeconds(50)).get();
        pool.maintain();
        collectUntil(() -> pool.stats().dropped() == 1);

        assertThat(pool.stats().leased()).isZero();
    }

    @Test
    void whatIsStillInUseIsNotTakenForDropped() throws Exception {
        Pool<Thing> pool = pool(4, Mode.SAMPLED);
        dropTwoWhileTwoAreInUse(pool);
        collectUntil(() -> pool.stats().dropped() == 2);

        assertThat(pool.stats().idle()).isEqualTo(2);
    }

    /** A method of its own, since a frame may keep what it has no use for any more. */
    private static void dropTwoWhileTwoAreInUse(Pool<Thing> pool) throws Exception {
        Lease<Thing> kept = pool.acquire();
        pool.<Void, Exception>apply(thing -> {
            pool.maintain();
            takeAndDrop(pool);
            pool.maintain();
            takeAndDrop(pool);
            pool.maintain();
            collectUntil(() -> pool.stats().dropped() == 1);
            assertThat(thing.destroyed).hasValue(0);
            return null;
        });
        assertThat(kept.get().destroyed).hasValue(0);
        kept.close();
    }

    @Test
    void oneDroppedBesideOneThatIsKeptIsFoundWhenThatIsGivenBack() throws Exception {
        Pool<Thing> pool = pool(2, Mode.SAMPLED);
        Thing lost = dropOneWhileOneIsKept(pool);
        collectUntil(() -> lost.destroyed.get() == 1); // which comes after it has been counted

        assertThat(pool.stats().dropped()).isOne();
    }

    private static Thing dropOneWhileOneIsKept(Pool<Thing> pool) throws Exception {
        Lease<Thing> kept = pool.acquire();
        Thing lost = takeAndDrop(pool);
        pool.maintain();
        System.gc();
        assertThat(lost.destroyed).hasValue(0);
        kept.close();
        return lost;
    }

    @Test
    void aTrackerThatIsOffFindsNothing() throws Exception {
        Pool<Thing> pool = pool(2, Mode.OFF);
        Lease<Thing> lease = pool.acquire();
        pool.maintain();
        pool.maintain();
        System.gc();
        lease.close();

        assertThat(pool.stats().dropped()).isZero();
    }

    /** Borrowers drop every tenth lease while cohorts come and go: none of those still used may be destroyed. */
    @Test
    void allThatAreDroppedAreFoundAndNoOther() throws Exception {
        Pool<Thing> pool = pool(8, Mode.SAMPLED);
        AtomicBoolean isOver = new AtomicBoolean();
        List<Running<Integer>> borrowers = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            borrowers.add(Borrowers.PLATFORM.call(() -> borrowAndDrop(pool)));
        }
        Running<Void> time = Borrowers.PLATFORM.call(() -> {
            while (!isOver.get()) {
                pool.maintain();
                Thread.yield();
            }
            return null;
        });
        collectUntil(
                () -> borrowers.stream().allMatch(running -> running.result().isDone()));
        int dropped = 0;
        for (Running<Integer> borrower : borrowers) {
            dropped += borrower.result().get();
        }
        int all = dropped;
        collectUntil(() -> pool.stats().dropped() == all);
        isOver.set(true);
        time.result().get();

        assertThat(dropped).isPositive();
        assertThat(pool.stats().dropped()).isEqualTo(all);
    }

    private static int borrowAndDrop(Pool<Thing> pool) throws Exception {
        int dropped = 0;
        for (int i = 0; i < 400; i++) {
            dropped += borrowAndPerhapsDrop(pool) ? 1 : 0;
            pool.accept(PoolLeakTest::use);
        }
        return dropped;
    }

    /** A method of its own: a frame that waits for an object must not keep the last lease it dropped. */
    private static boolean borrowAndPerhapsDrop(Pool<Thing> pool) throws Exception {
        Lease<Thing> lease = pool.acquire();
        use(lease.get());
        boolean isDropped = ThreadLocalRandom.current().nextInt(10) == 0;
        if (!isDropped) {
            lease.close();
        }
        Reference.reachabilityFence(lease);
        return isDropped;
    }

    private static void use(Thing thing) {
        assertThat(thing.users.incrementAndGet()).isOne();
        Thread.yield();
        assertThat(thing.destroyed).hasValue(0);
        thing.users.decrementAndGet();
    }
}
