package io.heapwise.cache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LongSummaryStatistics;
import org.junit.jupiter.api.Test;

/** What no caller of a cache can see: how a store spreads its entries. */
final class StoreTest {
    private static final int SPLIT_ENTRIES = 256;

    private static LongSummaryStatistics fullnessOfStripes(Store store) {
        LongSummaryStatistics fullness = new LongSummaryStatistics();
        store.directory().walkAll(stripe -> fullness.accept((long) stripe.entries() << stripe.depth));
        return fullness;
    }

    /** Else some parts of a cache end up with nothing, and their keys never hit, while others keep what nobody wants. */
    @Test
    void stripesStayLevelThoughEntriesDifferInWeight() {
        Capacity capacity = new Capacity(300_000);
        Store store = new Store(
                capacity,
                0,
                SPLIT_ENTRIES,
                (key, value) -> Directory.spread((Integer) key) % 50 == 0 ? 2_000 : 20,
                Runnable::run,
                null);
        for (int key = 0; key < 2_000_000; key++) {
            store.exchange(key, Store.Expect.ANYTHING, "value");
        }
        LongSummaryStatistics fullness = fullnessOfStripes(store);
        assertThat(fullness.getCount()).isGreaterThan(8);
        assertThat((double) fullness.getMin()).isGreaterThan(0.7 * fullness.getAverage());
        assertThat((double) fullness.getMax()).isLessThan(1.3 * fullness.getAverage());
        assertThat(capacity.total()).isBetween(290_000L, 300_000L);
        store.checkIntegrity();
    }

    @Test
    void aStoreThatIsToldToHoldLessComesDownEvenly() {
        Capacity capacity = new Capacity(20_000);
        Store store = new Store(capacity, 0, SPLIT_ENTRIES, null, Runnable::run, null);
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
        Store store = new Store(new Capacity(Long.MAX_VALUE), 0, 4096, null, Runnable::run, null);
        for (int key = 0; key < 100_000; key++) {
            store.exchange(key, Store.Expect.ANYTHING, "value");
        }
        store.directory()
                .walkAll(stripe -> assertThat(
                                (double) stripe.entries() / stripe.table().slots())
                        .isBetween(0.74, 0.88));
        store.checkIntegrity();
    }
}
