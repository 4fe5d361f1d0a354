package io.heapwise.cache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.EvictionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no caller of a cache can see: how a store spreads its entries. */
final class StoreTest {
    private static final int SPLIT_ENTRIES = 256;

    private static LongSummaryStatistics fullnessOfStripes(Store store) {
        LongSummaryStatistics fullness = new LongSummaryStatistics();
        store.directory().walkAll(stripe -> fullness.accept((long) stripe.entries() << stripe.depth));
        return fullness;
    }

    /**
     * Else some parts of a cache end up with nothing, and their keys never hit, while others keep what nobody wants.
     * Nothing is heavier than a few others, so that a stripe could pay by itself for what comes in.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 25})
    void stripesStayLevelThoughEntriesDifferInWeight(int lightForOneHeavy) {
        assertLevel(key -> Math.floorMod(Table.spread((Integer) key) >> 1, lightForOneHeavy + 1) == 0 ? 150 : 20);
    }

    /** The worst that weights can do: the bits that say how heavy an entry is say where it goes, too. */
    @Test
    void stripesStayLevelThoughAllHeavyEntriesComeToHalfOfThem() {
        assertLevel(key -> Table.spread((Integer) key) % 4 == 1 ? 150 : 20);
    }

    private static void assertLevel(ToIntFunction<Object> weight) {
        Capacity capacity = new Capacity(600_000);
        Store store = new Store(
                capacity,
                0,
                SPLIT_ENTRIES,
                EvictionPolicy.LRU,
                (key, value) -> weight.applyAsInt(key),
                Runnable::run,
                null,
                null);
        for (int key = 0; key < 1_000_000; key++) {
            store.exchange(key, Store.Expect.ANYTHING, "value");
        }
        LongSummaryStatistics fullness = fullnessOfStripes(store);
        assertThat(fullness.getCount()).isGreaterThan(8);
        assertThat((double) fullness.getMin()).isGreaterThan(0.7 * fullness.getAverage());
        assertThat((double) fullness.getMax()).isLessThan(1.3 * fullness.getAverage());
        assertThat(capacity.total()).isBetween(599_000L, 600_000L);
        store.checkIntegrity();
    }

    @Test
    void aStoreThatIsToldToHoldLessComesDownEvenly() {
        Capacity capacity = new Capacity(20_000);
        Store store = new Store(capacity, 0, SPLIT_ENTRIES, EvictionPolicy.LRU, null, Runnable::run, null, null);
        for (int key = 0; key < 40_000; key++) {
            store.exchange(key, Store.Expect.ANYTHING, "value");
        }
        capacity.setPressureLimit(5_000);
        store.trimSoon();
        LongSummaryStatistics fullness = fullnessOfStripes(store);
        assertThat(store.entries()).isEqualTo(5_000);
        assertThat((double) fullness.getMin()).isGreaterThan(0.5 * fullness.getAverage());
        assertThat((double) fullness.getMax()).isLessThan(1.5 * fullness.getAverage());
        assertThat(store.engineBytes()).as("the tables have shrunk too").isLessThan(5_000 * 60);
        store.checkIntegrity();
    }

    @Test
    void tablesStayAsFullAsTheyAreMeantTo() {
        Store store =
                new Store(new Capacity(Long.MAX_VALUE), 0, 4096, EvictionPolicy.LRU, null, Runnable::run, null, null);
        for (int key = 0; key < 100_000; key++) {
            store.exchange(key, Store.Expect.ANYTHING, "value");
        }
        store.directory()
                .walkAll(stripe -> assertThat(
                                (double) stripe.entries() / stripe.table().slots())
                        .isBetween(0.9, 1.0));
        store.checkIntegrity();
    }

    /** A stripe that can't be split any further takes no more than its index can name; the others go on as ever. */
    @Test
    void keysWhoseHashesAgreeInTheirLeadingBitsAreRefusedWhenTheirStripeIsFull() {
        List<Object> left = new ArrayList<>();
        Store store = new Store(
                new Capacity(1_000_000),
                0,
                SPLIT_ENTRIES,
                EvictionPolicy.LRU,
                null,
                Runnable::run,
                departure -> left.add(departure.key()),
                null);
        record Alike(int number) {
            @Override
            public int hashCode() {
                return codeThatSpreadsTo(number & 0xFFFF);
            }
        }
        int alike = 70_000;
        for (int i = 0; i < alike; i++) {
            store.exchange(new Alike(i), Store.Expect.ANYTHING, "value");
            store.exchange(i, Store.Expect.ANYTHING, "value");
        }
        int refused = left.size();
        assertThat(refused).isBetween(alike - Table.MAX_SLOTS, alike - Table.MAX_SLOTS + 10);
        assertThat(store.entries()).isEqualTo(2L * alike - refused);
        assertThat(left).allSatisfy(key -> assertThat(store.get(key)).isNull());
        assertThat(store.get(new Alike(0))).isEqualTo("value");
        store.checkIntegrity();
    }

    /** The hash code that {@link Table#spread} turns into {@code hash}, but for its lowest bit. */
    private static int codeThatSpreadsTo(int hash) {
        int h = hash;
        h ^= h >>> 16;
        h *= inverse(0x846CA68B);
        h ^= h >>> 15 ^ h >>> 30;
        h *= inverse(0x7FEB352D);
        return h ^ h >>> 16;
    }

    /** Of an odd number, modulo 2^32: each step of Newton's iteration doubles the bits that are right. */
    private static int inverse(int odd) {
        int inverse = odd;
        for (int i = 0; i < 5; i++) {
            inverse *= 2 - odd * inverse;
        }
        return inverse;
    }
}
