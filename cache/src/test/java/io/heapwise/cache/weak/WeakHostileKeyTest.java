package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.WeakCache;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.internal.weak.WeakIntegrity;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys whose hash codes collide, change or throw, or whose equals calls the cache: slow or refused, never wrong. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WeakHostileKeyTest {
    /** A key that hashes, and does when it is compared, what it was told to. */
    private static final class Key {
        int hash;
        boolean hashThrows;
        Runnable onEquals = () -> {};
        Runnable onHash = () -> {};
        final int id;

        Key(int id, int hash) {
            this.id = id;
            this.hash = hash;
        }

        @Override
        public int hashCode() {
            onHash.run();
            if (hashThrows) {
                throw new ArithmeticException("hashCode on purpose");
            }
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            onEquals.run();
            return other instanceof Key key && key.id == id;
        }

        @Override
        public String toString() {
            return "key " + id;
        }
    }

    private final WeakCache<Key, Object> cache =
            WeakCache.<Key, Object>builder().executor(Runnable::run).build();

    @AfterEach
    void close() {
        cache.close();
        WeakContract.assertBalanced(cache.stats());
    }

    @Test
    void fiveThousandKeysWithOneHashCodeStayRight() {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            values.add(new Object());
            cache.put(new Key(i, 42), values.get(i));
        }
        assertThat(WeakIntegrity.stripes(cache)).as("splitting does not help").isOne();
        for (int i = 0; i < 5_000; i += 97) {
            assertThat(cache.getIfPresent(new Key(i, 42))).isSameAs(values.get(i));
            assertThat(cache.remove(new Key(i, 42))).isSameAs(values.get(i));
            assertThat(cache.getIfPresent(new Key(i, 42))).isNull();
        }
        assertThat(cache.getIfPresent(new Key(5_000, 42))).isNull();
        WeakIntegrity.check(cache);
        values.clear();
        WeakContract.collectUntil(() -> cache.estimatedSize() == 0);
    }

    @Test
    void aHashCodeThatThrowsReachesTheCallerAndChangesNothing() {
        Key bad = new Key(1, 7);
        bad.hashThrows = true;
        Object value = new Object();
        assertThatThrownBy(() -> cache.put(bad, value)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.getIfPresent(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get(bad, key -> value)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.remove(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.onCollected(bad, () -> {})).isInstanceOf(ArithmeticException.class);
        assertThat(cache.stats().inserted()).isZero();
        WeakIntegrity.check(cache);
    }

    @Test
    void anEqualsThatThrowsReachesTheCallerAndChangesNothing() {
        Object value = new Object();
        cache.put(new Key(1, 7), value);
        Key bad = new Key(2, 7);
        bad.onEquals = () -> {
            throw new ArithmeticException("equals on purpose");
        };
        assertThatThrownBy(() -> cache.put(bad, value)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.getIfPresent(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get(bad, key -> value)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.invalidate(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.onCollected(bad, () -> {})).isInstanceOf(ArithmeticException.class);
        assertThat(cache.estimatedSize()).isOne();
        assertThat(cache.getIfPresent(new Key(1, 7))).isSameAs(value);
        WeakIntegrity.check(cache);
    }

    @Test
    void aLoadWhoseLandingFailsFreesItsKey() {
        Object value = new Object();
        Key bad = new Key(2, 7);
        assertThatThrownBy(() -> cache.get(bad, key -> {
                    cache.put(new Key(1, 7), value); // from now on there is something to compare with
                    bad.onEquals = () -> {
                        throw new ArithmeticException("equals on purpose");
                    };
                    return value;
                }))
                .isInstanceOf(ArithmeticException.class);
        bad.onEquals = () -> {};
        assertThat(cache.getIfPresent(bad)).isNull();
        assertThat(cache.get(bad, key -> value)).isSameAs(value);
        WeakIntegrity.check(cache);
    }

    @Test
    void anEntryWhoseKeyThrowsByNowStillGoesAndItsActionRuns() {
        Key bad = new Key(1, 7);
        AtomicInteger ran = new AtomicInteger();
        Object held = new Object();
        cache.put(new Key(2, 8), held);
        cache.put(bad, new Object());
        cache.onCollected(bad, ran::incrementAndGet);
        bad.hashThrows = true;
        WeakContract.collectUntil(() -> cache.estimatedSize() == 1 && ran.get() == 1);
        assertThat(cache.getIfPresent(new Key(2, 8))).isSameAs(held);
        WeakIntegrity.check(cache);
    }

    @Test
    void entriesWhoseKeysHaveChangedGoLateButGo() {
        List<Key> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            keys.add(new Key(i, i));
            cache.put(keys.get(i), new Object());
        }
        keys.forEach(key -> key.hash += 1_000_003);
        WeakContract.collectUntil(() -> cache.estimatedSize() <= 64);
        assertThat(cache.stats().collected()).isGreaterThanOrEqualTo(236);
    }

    @Test
    void keysThatThrowByNowKeepNoTableFromGrowing() {
        List<Object> values = new ArrayList<>();
        List<Key> bad = new ArrayList<>();
        for (int i = 0; i < 6_000; i++) {
            values.add(new Object());
            Key key = new Key(i, i * 31);
            cache.put(key, values.get(i));
            if (i % 50 == 0) {
                key.hashThrows = true;
                bad.add(key);
            }
        }
        for (int i = 0; i < 6_000; i++) {
            if (i % 50 != 0) {
                assertThat(cache.getIfPresent(new Key(i, i * 31))).isSameAs(values.get(i));
            }
        }
        assertThat(cache.estimatedSize()).isEqualTo(6_000);
        values.clear();
        WeakContract.collectUntil(() -> cache.estimatedSize() == 0);
        assertThat(bad).hasSize(120);
        WeakIntegrity.check(cache);
    }

    @Test
    void aHashCodeThatWritesWhileItsTableIsRebuiltLosesNothing() {
        Object value = new Object();
        Object newer = new Object();
        Key[] keys = new Key[9];
        for (int i = 0; i < 9; i++) {
            keys[i] = new Key(i, i * 7);
        }
        for (int i = 0; i < 7; i++) {
            cache.put(keys[i], value);
        }
        AtomicInteger asked = new AtomicInteger();
        Runnable onHash = () -> {
            if (asked.incrementAndGet() == 1 + 8) { // once for the put, and the last of eight for the rebuild
                List.of(keys).forEach(key -> key.onHash = () -> {});
                cache.remove(keys[1]);
                cache.put(keys[8], newer);
                cache.put(keys[2], newer);
            }
        };
        List.of(keys).forEach(key -> key.onHash = onHash);
        cache.put(keys[7], value); // takes the last of eight places
        assertThat(asked).as("hashes asked").hasValue(9);
        for (int i = 0; i < 9; i++) {
            assertThat(cache.getIfPresent(keys[i]))
                    .as("%s", keys[i])
                    .isSameAs(i == 1 ? null : i == 2 || i == 8 ? newer : value);
        }
        assertThat(cache.estimatedSize()).isEqualTo(8);
        WeakIntegrity.check(cache);
    }

    @Test
    void anEqualsThatWritesToItsOwnStripeIsRefused() {
        Object value = new Object();
        cache.put(new Key(1, 7), value);
        Key meddling = new Key(2, 7);
        Key other = new Key(3, 9);
        for (Runnable meddle : List.<Runnable>of(
                () -> cache.put(other, value),
                () -> cache.get(other, key -> value),
                () -> cache.remove(other),
                () -> cache.onCollected(other, () -> {}),
                cache::invalidateAll,
                cache::close)) {
            meddling.onEquals = meddle;
            assertThatThrownBy(() -> cache.put(meddling, value))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("equals of a key");
        }
        assertThat(cache.stats().inserted()).isOne();
        meddling.onEquals = () -> assertThat(cache.getIfPresent(other)).isNull();
        cache.put(meddling, value);
        assertThat(cache.estimatedSize()).as("to read is allowed").isEqualTo(2);
        meddling.onEquals = () -> {};
        WeakIntegrity.check(cache);
    }

    @Test
    void equalsThatWriteToEachOthersStripesAreRefusedInsteadOfHanging() throws Exception {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            values.add(new Object());
            cache.put(new Key(i, i), values.get(i));
        }
        CountDownLatch bothInside = new CountDownLatch(2);
        List<Key> inside = List.of(new Key(-1, 0), new Key(-2, otherStripe()));
        AtomicInteger refused = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Key mine = inside.get(i);
                Key theirs = new Key(-10 - i, inside.get(1 - i).hash);
                Object value = new Object();
                mine.onEquals = () -> {
                    mine.onEquals = () -> {};
                    bothInside.countDown();
                    Crew.await(bothInside);
                    try {
                        cache.put(theirs, value);
                    } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                        throw e;
                    }
                };
                hands.add(crew.start(() -> {
                    try {
                        return cache.remove(mine);
                    } catch (IllegalStateException refusal) {
                        return refusal;
                    }
                }));
            }
            for (Crew.Hand<Object> hand : hands) {
                hand.result();
            }
        }
        assertThat(refused.get())
                .as("the first at least; the other may come after it")
                .isPositive();
        WeakIntegrity.check(cache);
        Reference.reachabilityFence(values);
    }

    private int otherStripe() {
        for (int hash = 1; hash < 3_000; hash++) {
            if (!WeakIntegrity.shareAStripe(cache, new Key(0, 0), new Key(0, hash))) {
                return hash;
            }
        }
        throw new AssertionError("one stripe for all");
    }

    @Test
    void anEqualsThatNeverReturnsHoldsUpNoOtherCache() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        Key stuck = new Key(2, 7);
        Object value = new Object();
        cache.put(new Key(1, 7), value);
        stuck.onEquals = () -> Crew.await(mayEnd);
        WeakCache<String, Object> other = WeakCache.<String, Object>builder().build();
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> hand = crew.start(() -> cache.remove(stuck));
            hand.awaitStuck();
            WeakIntegrity.collect(cache, new Key(1, 7)); // told of, but its stripe is locked
            other.put("a", new Object());
            WeakContract.collectUntil(() -> other.estimatedSize() == 0);
            assertThat(cache.estimatedSize()).isOne();
            mayEnd.countDown();
            assertThat(hand.result()).isNull();
        }
        WeakContract.collectUntil(() -> cache.estimatedSize() == 0);
        other.close();
        Reference.reachabilityFence(value);
    }
}
