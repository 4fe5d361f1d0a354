package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import io.heapwise.cache.WeakCacheStats;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.internal.weak.WeakIntegrity;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every weak cache does, however it holds and compares its keys. The time limit turns a deadlock, and a value that is never
 * collected, into a failure; no test depends on it otherwise.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class WeakContract {
    private final List<WeakCache<?, ?>> made = new ArrayList<>();

    /** Keys are held here, so that none goes before its value. */
    private final Map<Integer, Object> keys = new HashMap<>();

    /** A builder for the variant at hand. */
    abstract WeakCacheBuilder<Object, Object> builder();

    /** A key that the variant takes for the same as any other with this number. */
    abstract Object newKey(int number);

    /** Whether two keys that {@link #newKey} made for one number are the same. */
    boolean areEqualKeysTheSame() {
        return true;
    }

    boolean areKeysWeak() {
        return false;
    }

    final Object key(int number) {
        return keys.computeIfAbsent(number, this::newKey);
    }

    final WeakCache<Object, Object> cache() {
        return made(builder().executor(Runnable::run).build());
    }

    final <K, V> WeakCache<K, V> made(WeakCache<K, V> cache) {
        made.add(cache);
        return cache;
    }

    @AfterEach
    final void everyCacheIsStillSound() {
        for (WeakCache<?, ?> cache : made) {
            WeakIntegrity.check(cache);
            assertBalanced(cache.stats());
            cache.close();
            WeakCacheStats closed = cache.stats();
            assertBalanced(closed);
            assertThat(closed.entries()).isZero();
            assertThat(closed.actions()).isZero();
        }
    }

    static void assertBalanced(WeakCacheStats stats) {
        assertThat(stats.inserted())
                .as("%s", stats)
                .isEqualTo(stats.entries() + stats.replaced() + stats.removed() + stats.collected());
    }

    static void collectUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            System.gc();
            Thread.yield();
        }
    }

    // ---- reading and writing ---------------------------------------------------------------------------------------

    @Test
    void whatWasPutIsFoundUnderEveryEqualKey() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        assertThat(cache.put(key(1), value)).isNull();
        assertThat(cache.getIfPresent(key(1))).isSameAs(value);
        assertThat(cache.getIfPresent(newKey(1))).isSameAs(areEqualKeysTheSame() ? value : null);
        assertThat(cache.getIfPresent(key(2))).isNull();
        assertThat(cache.estimatedSize()).isOne();
        assertThat(cache).hasToString("WeakCache{name=weak cache, entries=1}");
    }

    @Test
    void aPutTakesThePlaceOfTheValueThatWasThereAndReturnsIt() {
        WeakCache<Object, Object> cache = cache();
        Object first = new Object();
        Object second = new Object();
        cache.put(key(1), first);
        assertThat(cache.put(key(1), second)).isSameAs(first);
        assertThat(cache.getIfPresent(key(1))).isSameAs(second);
        assertThat(cache.stats()).isEqualTo(new WeakCacheStats(1, 2, 1, 0, 0, 0));
        Reference.reachabilityFence(first);
    }

    @Test
    void putIfAbsentPutsNothingWhereThereIsAValue() {
        WeakCache<Object, Object> cache = cache();
        Object first = new Object();
        Object second = new Object();
        assertThat(cache.putIfAbsent(key(1), first)).isNull();
        assertThat(cache.putIfAbsent(key(1), second)).isSameAs(first);
        assertThat(cache.getIfPresent(key(1))).isSameAs(first);
        Reference.reachabilityFence(second);
    }

    @Test
    void removeTakesOutWhatIsThere() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        assertThat(cache.remove(key(1))).isNull();
        cache.put(key(1), value);
        assertThat(cache.remove(key(1))).isSameAs(value);
        assertThat(cache.getIfPresent(key(1))).isNull();
        assertThat(cache.stats()).isEqualTo(new WeakCacheStats(0, 1, 0, 1, 0, 0));
    }

    @Test
    void aValueIsRemovedByItselfOnlyNotByAnEqualOne() {
        WeakCache<Object, Object> cache = cache();
        String value = new String("a");
        cache.put(key(1), value);
        assertThat(cache.remove(key(1), new String("a"))).isFalse();
        assertThat(cache.getIfPresent(key(1))).isSameAs(value);
        assertThat(cache.remove(key(1), value)).isTrue();
        assertThat(cache.remove(key(1), value)).isFalse();
    }

    @Test
    void invalidateAllEmptiesTheCacheAndLeavesItUsable() {
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 3_000);
        cache.invalidate(key(0));
        assertThat(cache.estimatedSize()).isEqualTo(2_999);
        cache.invalidateAll();
        assertThat(cache.estimatedSize()).isZero();
        assertThat(cache.getIfPresent(key(5))).isNull();
        cache.put(key(5), values.get(5));
        assertThat(cache.getIfPresent(key(5))).isSameAs(values.get(5));
        assertThat(cache.stats()).isEqualTo(new WeakCacheStats(1, 3_001, 0, 3_000, 0, 0));
    }

    @Test
    void aWalkMeetsEveryEntryOnce() {
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 5_000);
        Map<Object, Object> met = new IdentityHashMap<>();
        cache.forEach((key, value) -> assertThat(met.put(key, value)).isNull());
        assertThat(met).hasSize(5_000);
        for (int i = 0; i < values.size(); i++) {
            assertThat(met.get(key(i))).isSameAs(values.get(i));
        }
    }

    @Test
    void aCacheThatGrowsSplitsAndShrinksLosesNothing() {
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 30_000);
        assertThat(WeakIntegrity.stripes(cache)).isGreaterThan(8);
        WeakIntegrity.check(cache);
        for (int i = 0; i < values.size(); i++) {
            assertThat(cache.getIfPresent(key(i))).isSameAs(values.get(i));
            if (i % 10 != 0) {
                assertThat(cache.remove(key(i))).isSameAs(values.get(i));
            }
        }
        WeakIntegrity.check(cache);
        for (int i = 0; i < values.size(); i++) {
            assertThat(cache.getIfPresent(key(i))).isSameAs(i % 10 == 0 ? values.get(i) : null);
        }
        assertThat(cache.estimatedSize()).isEqualTo(3_000);
    }

    final List<Object> fill(WeakCache<Object, Object> cache, int size) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Object value = new Object();
            values.add(value);
            cache.put(key(i), value);
        }
        return values;
    }

    @Test
    void nullsAreRefusedByTheirNames() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        Runnable none = null;
        assertThatThrownBy(() -> cache.getIfPresent(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("key");
        assertThatThrownBy(() -> cache.put(null, value))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("key");
        assertThatThrownBy(() -> cache.put(key(1), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("value");
        assertThatThrownBy(() -> cache.putIfAbsent(key(1), null)).hasMessage("value");
        assertThatThrownBy(() -> cache.get(null, key -> value)).hasMessage("key");
        assertThatThrownBy(() -> cache.get(key(1), null)).hasMessage("loader");
        assertThatThrownBy(() -> cache.remove(null)).hasMessage("key");
        assertThatThrownBy(() -> cache.remove(key(1), null)).hasMessage("value");
        assertThatThrownBy(() -> cache.invalidate(null)).hasMessage("key");
        assertThatThrownBy(() -> cache.forEach(null)).hasMessage("action");
        assertThatThrownBy(() -> cache.onCollected(null, () -> {})).hasMessage("key");
        assertThatThrownBy(() -> cache.onCollected(key(1), none)).hasMessage("action");
        assertThat(cache.stats().inserted()).isZero();
    }

    @Test
    void aClosedCacheIsEmptyAndRefusesUse() {
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 2_000);
        cache.close();
        cache.close();
        assertThat(cache.estimatedSize()).isZero();
        Object value = values.get(0);
        for (Runnable use : List.<Runnable>of(
                () -> cache.getIfPresent(key(0)),
                () -> cache.put(key(0), value),
                () -> cache.putIfAbsent(key(0), value),
                () -> cache.get(key(0), key -> value),
                () -> cache.remove(key(0)),
                () -> cache.remove(key(0), value),
                () -> cache.invalidate(key(0)),
                cache::invalidateAll,
                () -> cache.forEach((k, v) -> {}),
                () -> cache.onCollected(key(0), () -> {}))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    // ---- loading ---------------------------------------------------------------------------------------------------

    @Test
    void manyThreadsThatWantOneKeyLoadItOnce() throws Exception {
        WeakCache<Object, Object> cache = cache();
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch mayLoad = new CountDownLatch(1);
        Object key = key(1);
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                hands.add(crew.start(() -> cache.get(key, k -> {
                    loads.incrementAndGet();
                    Crew.await(mayLoad);
                    return new Object();
                })));
            }
            hands.forEach(Crew.Hand::awaitStuck);
            assertThat(hands).noneMatch(Crew.Hand::isDone);
            mayLoad.countDown();
            Object value = hands.get(0).result();
            for (Crew.Hand<Object> hand : hands) {
                assertThat(hand.result()).isSameAs(value);
            }
            assertThat(cache.getIfPresent(key)).isSameAs(value);
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void aFailureGoesToAllWhoCameWithTheSameFunction() throws Exception {
        WeakCache<Object, Object> cache = cache();
        CountDownLatch mayFail = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        Object key = key(1);
        Object other = new Object();
        Function<Object, Object> failing = k -> {
            loads.incrementAndGet();
            Crew.await(mayFail);
            throw new ArithmeticException("on purpose");
        };
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> first = crew.start(() -> cache.get(key, failing));
            first.awaitStuck();
            Crew.Hand<Object> same = crew.start(() -> cache.get(key, failing));
            Crew.Hand<Object> different = crew.start(() -> cache.get(key, k -> other));
            same.awaitStuck();
            different.awaitStuck();
            mayFail.countDown();
            assertThatThrownBy(first::result).hasCauseInstanceOf(ArithmeticException.class);
            assertThatThrownBy(same::result).hasCauseInstanceOf(ArithmeticException.class);
            assertThat(different.result()).isSameAs(other);
        }
        assertThat(loads).hasValue(1);
        assertThat(cache.getIfPresent(key)).isSameAs(other);
    }

    @Test
    void aLoadThatFindsNothingLeavesNothing() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        assertThat(cache.get(key(1), key -> null)).isNull();
        assertThat(cache.estimatedSize()).isZero();
        assertThat(cache.get(key(1), key -> value)).isSameAs(value);
        assertThat(cache.get(key(1), key -> new Object())).isSameAs(value);
    }

    @Test
    void aValueThatIsPutDuringALoadWins() {
        WeakCache<Object, Object> cache = cache();
        Object put = new Object();
        assertThat(cache.get(key(1), key -> {
                    cache.put(key, put);
                    return new Object();
                }))
                .isSameAs(put);
        assertThat(cache.getIfPresent(key(1))).isSameAs(put);
    }

    @Test
    void aLoadWhoseKeyIsInvalidatedMeanwhileIsReturnedButNotKept() throws Exception {
        WeakCache<Object, Object> cache = cache();
        Object stale = new Object();
        Object fresh = new Object();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Object key = key(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> load = crew.start(() -> cache.get(key, k -> {
                loading.countDown();
                Crew.await(mayEnd);
                return stale;
            }));
            Crew.await(loading);
            cache.invalidate(key);
            assertThat(cache.get(key, k -> fresh))
                    .as("a load that begins afterwards")
                    .isSameAs(fresh);
            cache.remove(key);
            mayEnd.countDown();
            assertThat(load.result()).isSameAs(stale);
        }
        assertThat(cache.getIfPresent(key)).isNull();
    }

    @Test
    void invalidateAllKeepsOutWhatLoadsUnderWayYield() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        assertThat(cache.get(key(1), key -> {
                    cache.invalidateAll();
                    return value;
                }))
                .isSameAs(value);
        assertThat(cache.getIfPresent(key(1))).isNull();
    }

    @Test
    void aLoadGoesOnWhileItsStripeSplits() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        List<Object> held = new ArrayList<>();
        assertThat(cache.get(key(-1), key -> {
                    held.addAll(fill(cache, 5_000));
                    return value;
                }))
                .isSameAs(value);
        assertThat(cache.getIfPresent(key(-1))).isSameAs(value);
        assertThat(cache.estimatedSize()).isEqualTo(5_001);
        Reference.reachabilityFence(held);
    }

    @Test
    void aLoadWhoseStripeHasSplitIsStillTheOneOfItsKey() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        List<Object> held = new ArrayList<>();
        assertThat(cache.get(key(-1), key -> {
                    held.addAll(fill(cache, 5_000));
                    assertThatThrownBy(() -> cache.get(key, again -> value))
                            .hasMessageContaining("from its own computation");
                    cache.invalidate(key);
                    return value;
                }))
                .isSameAs(value);
        assertThat(cache.getIfPresent(key(-1)))
                .as("what was invalidated meanwhile")
                .isNull();
        assertThat(cache.estimatedSize()).isEqualTo(5_000);
        Reference.reachabilityFence(held);
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsRefused() {
        WeakCache<Object, Object> cache = cache();
        assertThatThrownBy(() -> cache.get(key(1), key -> cache.get(key, again -> new Object())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("from its own computation");
        Object value = new Object();
        assertThat(cache.get(key(1), key -> value)).isSameAs(value);
    }

    @Test
    void loadersThatWaitForEachOtherFailInsteadOfHanging() throws Exception {
        WeakCache<Object, Object> cache = cache();
        CountDownLatch bothLoad = new CountDownLatch(2);
        Object one = key(1);
        Object two = key(2);
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = List.of(
                    crew.start(() -> cache.get(one, k -> {
                        bothLoad.countDown();
                        Crew.await(bothLoad);
                        return cache.get(two, again -> "two");
                    })),
                    crew.start(() -> cache.get(two, k -> {
                        bothLoad.countDown();
                        Crew.await(bothLoad);
                        return cache.get(one, again -> "one");
                    })));
            int failures = 0;
            for (Crew.Hand<Object> hand : hands) {
                try {
                    hand.result();
                } catch (ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(IllegalStateException.class);
                    failures++;
                }
            }
            assertThat(failures).isPositive();
        }
    }

    @Test
    void anInterruptDoesNotEndTheWaitForALoadAndIsThereAfterwards() throws Exception {
        WeakCache<Object, Object> cache = cache();
        CountDownLatch mayEnd = new CountDownLatch(1);
        Object key = key(1);
        Object value = new Object();
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> load = crew.start(() -> cache.get(key, k -> {
                Crew.await(mayEnd);
                return value;
            }));
            load.awaitStuck();
            Crew.Hand<Boolean> waiting = crew.start(() -> cache.get(key, k -> null) == value && Thread.interrupted());
            waiting.awaitStuck();
            waiting.thread().interrupt();
            mayEnd.countDown();
            assertThat(waiting.result()).isTrue();
            assertThat(load.result()).isSameAs(value);
        }
    }

    @Test
    void aLoadThatEndsAfterTheCloseIsReturnedAndNotKept() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        assertThat(cache.get(key(1), key -> {
                    cache.close();
                    return value;
                }))
                .isSameAs(value);
        assertThat(cache.estimatedSize()).isZero();
    }

    // ---- collected -------------------------------------------------------------------------------------------------

    @Test
    void anEntryWhoseValueIsCollectedGoesWithoutTraffic() {
        WeakCache<Object, Object> cache = cache();
        Object held = new Object();
        cache.put(key(0), held);
        for (int i = 1; i <= 5_000; i++) {
            cache.put(key(i), new Object());
        }
        collectUntil(() -> cache.estimatedSize() == 1);
        assertThat(cache.getIfPresent(key(0))).isSameAs(held);
        assertThat(cache.stats()).isEqualTo(new WeakCacheStats(1, 5_001, 0, 0, 5_000, 0));
    }

    @Test
    void anEntryGoesWithAWeaklyHeldKeyAndStaysWithAStrongOneWhileItsValueIsHeld() {
        WeakCache<Object, Object> cache = cache();
        Object[] key = {newKey(1)};
        Object value = new Object();
        cache.put(key[0], value);
        key[0] = null;
        if (areKeysWeak()) {
            collectUntil(() -> cache.estimatedSize() == 0);
            assertThat(cache.stats().collected()).isOne();
        } else {
            WeakReference<Object> canary = new WeakReference<>(new Object());
            collectUntil(() -> canary.refersTo(null));
            assertThat(cache.estimatedSize()).isOne();
        }
        Reference.reachabilityFence(value);
    }

    @Test
    void aKeyWhoseValueWasCollectedIsLoadedAgain() {
        WeakCache<Object, Object> cache = cache();
        Object first = new Object();
        Object second = new Object();
        cache.put(key(1), first);
        WeakIntegrity.collect(cache, key(1));
        assertThat(cache.getIfPresent(key(1))).isNull();
        assertThat(cache.remove(key(1))).isNull();
        cache.put(key(1), first);
        WeakIntegrity.collect(cache, key(1));
        assertThat(cache.get(key(1), key -> second)).isSameAs(second);
        WeakIntegrity.takeOutCollected(cache);
        assertThat(cache.getIfPresent(key(1))).isSameAs(second);
        assertThat(cache.stats()).isEqualTo(new WeakCacheStats(1, 3, 0, 0, 2, 0));
        Reference.reachabilityFence(first);
    }

    @Test
    void writersTakeOutWhatWasCollectedThoughTheSharedThreadIsStuck() {
        WeakCache<Object, Object> sticking = cache();
        CountDownLatch isStuck = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        sticking.put(key(0), new Object());
        sticking.onCollected(key(0), () -> {
            isStuck.countDown();
            Crew.await(mayEnd);
        });
        collectUntil(() -> isStuck.getCount() == 0);
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 500);
        for (int i = 0; i < 400; i++) {
            WeakIntegrity.collect(cache, key(i));
        }
        assertThat(cache.estimatedSize()).isEqualTo(500);
        Object value = new Object();
        for (int i = 0; i < 400 / 16; i++) {
            cache.put(key(499), value);
        }
        assertThat(cache.estimatedSize()).isEqualTo(100);
        mayEnd.countDown();
        Reference.reachabilityFence(values);
    }

    @Test
    void aCacheThatIsDroppedIsCollectedWithItsTables() {
        WeakReference<Object> dropped = dropped();
        collectUntil(() -> dropped.refersTo(null));
        collectUntil(() -> !WeakIntegrity.isThreadAlive());
    }

    private WeakReference<Object> dropped() {
        WeakCache<Object, Object> cache = builder().build();
        fill(cache, 100);
        return new WeakReference<>(cache);
    }

    @Test
    void theThreadThatAllShareEndsWithTheLastAndComesBack() {
        for (int round = 0; round < 2; round++) {
            WeakCache<Object, Object> one = builder().build();
            WeakCache<Object, Object> two = builder().build();
            one.close();
            two.put(key(1), new Object());
            collectUntil(() -> two.estimatedSize() == 0);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().equals(WeakIntegrity.threadName()))
                    .hasSize(1)
                    .allMatch(Thread::isDaemon);
            two.close();
            collectUntil(() -> !WeakIntegrity.isThreadAlive());
        }
    }

    // ---- actions ---------------------------------------------------------------------------------------------------

    @Test
    void anActionRunsOnceWhenItsValueIsCollected() {
        WeakCache<Object, Object> cache = cache();
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        cache.put(key(1), new Object());
        cache.onCollected(key(1), () -> ran.add("first"));
        cache.onCollected(key(1), () -> ran.add("second"));
        if (ran.isEmpty()) {
            collectUntil(() -> ran.size() == 2);
        }
        collectUntil(() -> cache.estimatedSize() == 0);
        cache.close();
        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void anActionGetsTheKeyUnlessKeysAreWeak() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        cache.put(key(1), value);
        AtomicReference<Object> got = new AtomicReference<>();
        if (areKeysWeak()) {
            assertThatThrownBy(() -> cache.onCollected(key(1), got::set))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("weakKeys=true");
        } else {
            cache.onCollected(key(1), got::set);
            WeakIntegrity.collect(cache, key(1));
            WeakIntegrity.takeOutCollected(cache);
            collectUntil(() -> got.get() != null); // the shared thread may have been faster
            assertThat(got).hasValue(key(1));
        }
        Reference.reachabilityFence(value);
    }

    @Test
    void whatWaitsRunsWhenTheCacheIsClosedAndOnlyThen() {
        WeakCache<Object, Object> cache = cache();
        List<Object> values = fill(cache, 3_000);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 3_000; i++) {
            cache.onCollected(key(i), ran::incrementAndGet);
        }
        cache.remove(key(0));
        cache.put(key(1), new Object());
        assertThat(ran).hasValue(0);
        assertThat(cache.stats().actions()).isEqualTo(3_000);
        AtomicReference<Thread> runner = new AtomicReference<>();
        cache.onCollected(key(2), () -> runner.set(Thread.currentThread()));
        cache.close();
        assertThat(runner).hasValue(Thread.currentThread());
        assertThat(ran).hasValue(3_000);
        cache.close();
        assertThat(ran).hasValue(3_000);
        Reference.reachabilityFence(values);
    }

    @Test
    void anActionBelongsToTheValueThatWasThereNotToTheKey() {
        WeakCache<Object, Object> cache = cache();
        Object first = new Object();
        Object second = new Object();
        Object third = new Object();
        AtomicInteger ran = new AtomicInteger();
        cache.put(key(1), first);
        cache.onCollected(key(1), ran::incrementAndGet);
        WeakReference<Object> gone = new WeakReference<>(new Object());
        cache.put(key(2), gone.get());
        cache.onCollected(key(2), () -> ran.addAndGet(100));
        cache.put(key(1), second);
        cache.put(key(2), third);
        collectUntil(() -> ran.get() >= 100);
        assertThat(ran).as("that of the value which is held has not run").hasValue(100);
        assertThat(cache.getIfPresent(key(1))).isSameAs(second);
        assertThat(cache.getIfPresent(key(2))).isSameAs(third);
        assertThat(cache.stats().actions()).isOne();
        Reference.reachabilityFence(first);
    }

    @Test
    void theActionOfAValueThatWasRemovedStillRuns() {
        WeakCache<Object, Object> cache = cache();
        AtomicInteger ran = new AtomicInteger();
        cache.put(key(1), new Object());
        cache.onCollected(key(1), ran::incrementAndGet);
        cache.invalidate(key(1));
        collectUntil(() -> ran.get() == 1);
    }

    @Test
    void anActionThatWasGivenUpNeverRuns() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        AtomicInteger ran = new AtomicInteger();
        cache.put(key(1), value);
        Subscription first = cache.onCollected(key(1), ran::incrementAndGet);
        Subscription second = cache.onCollected(key(1), () -> ran.addAndGet(10));
        Subscription third = cache.onCollected(key(1), () -> ran.addAndGet(100));
        second.close();
        second.close();
        assertThat(cache.stats().actions()).isEqualTo(2);
        first.close();
        assertThat(cache.stats().actions()).isOne();
        cache.close();
        assertThat(ran).hasValue(100);
        third.close();
        Reference.reachabilityFence(value);
    }

    @Test
    void anActionThatGivesUpTheNextKeepsItFromRunning() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        AtomicReference<Subscription> next = new AtomicReference<>();
        cache.put(key(1), value);
        cache.onCollected(key(1), () -> {
            ran.add("first");
            next.get().close();
        });
        next.set(cache.onCollected(key(1), () -> ran.add("next")));
        WeakIntegrity.collect(cache, key(1));
        collectUntil(() -> cache.stats().actions() == 0 && !ran.isEmpty());
        cache.close();
        assertThat(ran).containsExactly("first");
        Reference.reachabilityFence(value);
    }

    @Test
    void anActionForWhatIsNotThereRunsAtOnce() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        AtomicInteger ran = new AtomicInteger();
        cache.onCollected(key(1), ran::incrementAndGet).close();
        assertThat(ran).hasValue(1);
        cache.put(key(1), value);
        WeakIntegrity.collect(cache, key(1));
        cache.onCollected(key(1), ran::incrementAndGet);
        assertThat(ran).hasValue(2);
        cache.close();
        assertThat(ran).hasValue(2);
        Reference.reachabilityFence(value);
    }

    @Test
    void anActionThatThrowsKeepsNoOtherFromRunning() {
        WeakCache<Object, Object> cache = cache();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            cache.put(key(i), new Object());
            cache.onCollected(key(i), () -> {
                ran.incrementAndGet();
                throw new LinkageError("on purpose");
            });
            cache.onCollected(key(i), ran::incrementAndGet);
        }
        collectUntil(() -> ran.get() == 20);
        Object value = new Object();
        cache.put(key(1), value);
        cache.onCollected(key(1), () -> {
            throw new IllegalArgumentException("on purpose");
        });
        cache.close();
        Reference.reachabilityFence(value);
    }

    @Test
    void anActionThatBlocksHoldsUpNoEntry() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            WeakCache<Object, Object> cache = made(builder()
                    .executor(task -> crew.start(() -> {
                        task.run();
                        return null;
                    }))
                    .build());
            cache.put(key(0), new Object());
            cache.onCollected(key(0), () -> {
                blocked.countDown();
                Crew.await(mayEnd);
            });
            collectUntil(() -> blocked.getCount() == 0);
            for (int i = 1; i < 100; i++) {
                cache.put(key(i), new Object());
            }
            collectUntil(() -> cache.estimatedSize() == 0);
            mayEnd.countDown();
        }
    }

    @Test
    void anExecutorThatRefusesGetsNoActionLost() {
        WeakCache<Object, Object> cache = made(builder()
                .executor(task -> {
                    throw new java.util.concurrent.RejectedExecutionException("on purpose");
                })
                .build());
        AtomicInteger ran = new AtomicInteger();
        cache.put(key(0), new Object());
        cache.onCollected(key(0), ran::incrementAndGet);
        collectUntil(() -> ran.get() == 1);
    }

    @Test
    void anActionMayUseTheCacheAndEvenCloseIt() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            Object key = key(number);
            Object other = key(number + 10_000);
            cache.put(key, new Object());
            cache.onCollected(key, () -> {
                ran.incrementAndGet();
                cache.put(other, value);
                cache.remove(key);
            });
        }
        collectUntil(() -> ran.get() == 1_000);
        assertThat(cache.estimatedSize()).isEqualTo(1_000);
        cache.onCollected(key(10_000), cache::close);
        cache.close();
    }

    @Test
    void actionsOfACacheThatWasDroppedStillRun() {
        AtomicInteger ran = new AtomicInteger();
        Object value = new Object();
        WeakReference<Object> dropped = dropped(value, ran);
        collectUntil(() -> dropped.refersTo(null));
        assertThat(ran).as("the value is held").hasValue(0);
        Reference.reachabilityFence(value);
        value = null;
        collectUntil(() -> ran.get() == 1);
        collectUntil(() -> !WeakIntegrity.isThreadAlive());
    }

    private WeakReference<Object> dropped(Object value, AtomicInteger ran) {
        WeakCache<Object, Object> cache = builder().executor(Runnable::run).build();
        cache.put(key(1), value);
        cache.onCollected(key(1), ran::incrementAndGet);
        return new WeakReference<>(cache);
    }
}
