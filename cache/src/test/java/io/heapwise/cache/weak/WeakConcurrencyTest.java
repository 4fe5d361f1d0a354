package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.internal.weak.WeakIntegrity;
import io.heapwise.memory.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four threads do everything at once while values are collected; then the books have to be right. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WeakConcurrencyTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 100_000;
    private static final int KEYS = 6_000;
    private static final int HELD = 700;
    private static final long PATIENCE_SECONDS = 100;

    enum Kind {
        STRONG_KEYS,
        WEAK_KEYS;

        WeakCache<Integer, Tracked> build() {
            WeakCacheBuilder<Integer, Tracked> builder = WeakCache.builder();
            return this == STRONG_KEYS
                    ? builder.build()
                    : builder.weakKeys().keyEquality(Equality.natural()).build();
        }
    }

    private record Tracked(int key) {
        Tracked {
            assertThat(key).isBetween(0, KEYS);
        }
    }

    private final LongAdder wrong = new LongAdder();
    /** Actions that nobody gives up; of three one is. */
    private final LongAdder kept = new LongAdder();

    private final LongAdder ranTwice = new LongAdder();

    /** How often each action ran. */
    private final AtomicIntegerArray runs = new AtomicIntegerArray(THREADS * OPERATIONS);

    @ParameterizedTest
    @EnumSource
    void nothingIsLostNorCountedTwice(Kind kind) throws Exception {
        WeakCache<Integer, Tracked> cache = kind.build();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int first = thread * OPERATIONS;
                SplittableRandom random = new SplittableRandom(4_711 + thread);
                hands.add(crew.start(() -> {
                    Tracked[] held = new Tracked[HELD]; // the rest may be collected at any time
                    start.await();
                    for (int i = 0; i < OPERATIONS; i++) {
                        Tracked value = operate(cache, random, first + i);
                        held[random.nextInt(HELD)] = value;
                        if (first == 0 && i % (OPERATIONS / 50) == 0) {
                            System.gc();
                        }
                    }
                    return null;
                }));
            }
            for (Crew.Hand<Object> hand : hands) {
                hand.resultWithin(PATIENCE_SECONDS);
            }
        }
        WeakContract.collectUntil(() -> cache.estimatedSize() == 0);
        assertThat(wrong.sum()).as("values under another key").isZero();
        WeakContract.assertBalanced(cache.stats());
        assertThat(cache.stats().collected()).as("collected while others wrote").isPositive();
        WeakIntegrity.check(cache);
        WeakContract.collectUntil(() -> cache.stats().actions() == 0);
        cache.close();
        WeakContract.collectUntil(() -> kept() == kept.sum());
        assertThat(ranTwice.sum()).isZero();
    }

    /** How many actions ran that nobody gave up. */
    private long kept() {
        long ran = 0;
        for (int i = 0; i < runs.length(); i++) {
            ran += i % 3 == 0 ? 0 : runs.get(i);
        }
        return ran;
    }

    private Tracked operate(WeakCache<Integer, Tracked> cache, SplittableRandom random, int number) {
        Integer key = random.nextInt(KEYS);
        Tracked mine = new Tracked(key);
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> check(key, cache.put(key, mine));
            case 3, 4 -> check(key, cache.putIfAbsent(key, mine));
            case 5, 6, 7 -> check(key, cache.get(key, Tracked::new));
            case 8 -> check(key, cache.remove(key));
            case 9 -> {
                cache.put(key, mine);
                cache.remove(key, mine);
            }
            case 10 -> cache.invalidate(key);
            case 11, 12 -> {
                kept.add(number % 3 == 0 ? 0 : 1);
                Subscription subscription = cache.onCollected(key, () -> {
                    if (runs.incrementAndGet(number) > 1) {
                        ranTwice.increment();
                    }
                });
                if (number % 3 == 0) {
                    subscription.close();
                }
            }
            case 13 -> {
                if (number % 2_000 == 0) {
                    cache.forEach(this::check);
                    cache.invalidateAll();
                }
            }
            default -> check(key, cache.getIfPresent(key));
        }
        return mine;
    }

    private void check(Integer key, Tracked found) {
        if (found != null && found.key() != key) {
            wrong.increment();
        }
    }
}
