package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads change one key: each change happens once, and the books agree with what is left. */
public final class Contention {
    private Contention() {}

    @JCStressTest
    @Outcome(
            id = {"3, 3", "5, 5"},
            expect = Expect.ACCEPTABLE,
            desc = "one of the two, with its own weight")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the weight is not that of the value")
    @State
    public static class TwoPuts {
        private final Cache<Integer, Integer> cache = Caches.byValue(1_000);

        @Actor
        public void first() {
            cache.put(1, 3);
        }

        @Actor
        public void second() {
            cache.put(1, 5);
        }

        @Arbiter
        public void after(II_Result r) {
            cache.cleanUp();
            Integer left = cache.getIfPresent(1);
            r.r1 = left == null ? 0 : left;
            r.r2 = (int) cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "one of the two removes it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "removed twice, or not at all")
    @State
    public static class TwoRemoves {
        private final Cache<Integer, Integer> cache = Caches.byValue(1_000);

        public TwoRemoves() {
            cache.put(1, 7);
        }

        @Actor
        public void first(III_Result r) {
            r.r1 = cache.asMap().remove(1) == null ? 0 : 1;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = cache.asMap().remove(1, 7) ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result r) {
            cache.cleanUp();
            r.r3 = (int) cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0, 1", "0, 1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "one of the two is first, and stays")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both put, or neither")
    @State
    public static class TwoPutsIfAbsent {
        private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

        @Actor
        public void first(III_Result r) {
            r.r1 = cache.asMap().putIfAbsent(1, 1) == null ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = cache.asMap().putIfAbsent(1, 2) == null ? 1 : 0;
        }

        @Arbiter
        public void after(III_Result r) {
            Integer left = cache.getIfPresent(1);
            r.r3 = left == null ? 0 : left;
        }
    }

    @JCStressTest
    @Outcome(id = "11, 1", expect = Expect.ACCEPTABLE, desc = "both are counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one was lost")
    @State
    public static class MergeAndCompute {
        private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

        @Actor
        public void merge() {
            cache.asMap().merge(1, 1, Integer::sum);
        }

        @Actor
        public void compute() {
            cache.asMap().compute(1, (key, old) -> old == null ? 10 : old + 10);
        }

        @Arbiter
        public void after(II_Result r) {
            Integer left = cache.getIfPresent(1);
            r.r1 = left == null ? 0 : left;
            r.r2 = (int) cache.estimatedSize();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the caller has its value; it stays or not")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the caller lost its value, or the books differ")
    @State
    public static class LoadOrInvalidate {
        private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

        @Actor
        public void load(II_Result r) {
            Integer loaded = cache.get(1, key -> 1);
            r.r1 = loaded == null ? 0 : loaded;
        }

        @Actor
        public void invalidate() {
            cache.invalidate(1);
        }

        @Arbiter
        public void after(II_Result r) {
            int present = cache.getIfPresent(1) == null ? 0 : 1;
            r.r2 = cache.estimatedSize() == present ? present : -1;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the kept key is there, the count is right")
    @Outcome(expect = Expect.FORBIDDEN, desc = "more entries than the maximum, or the count is wrong")
    @State
    public static class TwoPutsIntoAFullCache {
        private final Cache<Integer, Integer> cache = Caches.bySize(1);

        @Actor
        public void first() {
            cache.put(1, 1);
        }

        @Actor
        public void second() {
            cache.put(2, 2);
        }

        @Arbiter
        public void after(II_Result r) {
            cache.cleanUp();
            r.r1 = cache.getIfPresent(1) == null ? 0 : 1;
            r.r2 = cache.estimatedSize() == r.r1 + (cache.getIfPresent(2) == null ? 0 : 1)
                    ? (int) cache.estimatedSize()
                    : -1;
        }
    }
}
