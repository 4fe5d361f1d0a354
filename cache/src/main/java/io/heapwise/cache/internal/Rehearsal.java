package io.heapwise.cache.internal;

import io.heapwise.cache.EvictionPolicy;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Does once, in a small store that nobody sees, what stores of a kind do. Invariant: afterwards nothing is linked, loaded or
 * initialized for the first time between the moment in which a write begins to change a stripe and the one in which the books
 * are right again, nor when entries leave by themselves.
 */
final class Rehearsal {
    /*
     * The JVM links a call when it is first made and initializes a class when it is first needed, and both take memory. Where there
     * is none the call throws, and a class whose initializer threw stays unusable for ever. In the middle of a write that would leave
     * the version of a stripe odd, or a stripe retired whose halves are not yet in the directory; then readers would look it up
     * again and again. And it is when memory has run out that a cache does many things for the first time: it was never that full.
     *
     * Takes some 20 ms, once for each kind: what the first uses would take anyway, but for things that may never be needed.
     */
    private static final int ENTRIES = 24;

    private static final int SPLIT_ENTRIES = 8;
    private static final long LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(80);

    /** By kind. Not guarded: done twice is no harm. */
    private static final boolean[] DONE = new boolean[8];

    private Rehearsal() {}

    static void of(boolean isWeighted, EvictionPolicy policy, boolean isAging) {
        int kind = (policy == EvictionPolicy.LRU ? 4 : 0) + (isWeighted ? 2 : 0) + (isAging ? 1 : 0);
        if (!DONE[kind]) {
            run(isWeighted, policy, isAging);
            DONE[kind] = true;
        }
    }

    private static void run(boolean isWeighted, EvictionPolicy policy, boolean isAging) {
        ManualTicker ticker = new ManualTicker();
        LifeRules rules = new LifeRules(LIFE_NANOS, LIFE_NANOS, false, LIFE_NANOS, 0, 0);
        Capacity capacity = new Capacity(ENTRIES / 2);
        Store store = new Store(
                capacity,
                0,
                SPLIT_ENTRIES,
                policy,
                isWeighted ? (key, value) -> value.hashCode() : null,
                Runnable::run,
                departure -> {},
                isAging ? new Aging(new Timekeeper(ticker, LIFE_NANOS), rules, null, null) : null);
        for (int i = 0; i < ENTRIES; i++) {
            store.exchange(i, Store.Expect.ABSENT, 1);
            store.exchange(i, Store.Expect.PRESENT, 2);
            store.get(i);
        }
        store.invalidate(ENTRIES - 1);
        capacity.setPressureLimit(ENTRIES / 4);
        store.trimSoon();
        ticker.advance(Duration.ofNanos(2 * LIFE_NANOS));
        store.invalidateAll();
        store.close();
    }
}
