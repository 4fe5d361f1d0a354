package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a thread wrote before it put a value is seen by whoever reads that value from the cache. */
public final class Publication {
    private Publication() {}

    /** The caches live on and stay full, so that keys of neighbouring tests are evicted meanwhile. */
    private static final Cache<Object, Payload> SHARED = Caches.bySize(1_000);

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "read before the put, or evicted")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "read after the put, whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value in part, or of another key")
    @State
    public static class PutThenGet {
        private final Object key = new Object();

        @Actor
        public void put() {
            SHARED.put(key, new Payload(key, 1));
        }

        @Actor
        public void get(I_Result r) {
            r.r1 = Payload.seenUnder(key, SHARED.getIfPresent(key));
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "in the order of the writes")
    @Outcome(
            id = {"1, 2", "2, 2", "0, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "in the order of the writes")
    @Outcome(
            id = {"1, 0", "2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "evicted between the reads")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an older value after a newer one, or a value in part")
    @State
    public static class PutTwiceGetTwice {
        private final Object key = new Object();

        @Actor
        public void put() {
            SHARED.put(key, new Payload(key, 1));
            SHARED.put(key, new Payload(key, 2));
        }

        @Actor
        public void get(II_Result r) {
            r.r1 = Payload.seenUnder(key, SHARED.getIfPresent(key));
            r.r2 = Payload.seenUnder(key, SHARED.getIfPresent(key));
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "iterated before the put, or evicted")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "iterated after the put, whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a value in part, or of another key")
    @State
    public static class PutThenIterate {
        private final Object key = new Object();
        private final Cache<Object, Payload> cache = Caches.bySize(10);

        @Actor
        public void put() {
            cache.put(key, new Payload(key, 1));
        }

        @Actor
        public void iterate(I_Result r) {
            cache.asMap().forEach((k, payload) -> r.r1 = Payload.seenUnder(k, payload));
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one loads, both have the same value, whole")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two loads, or a value in part")
    @State
    public static class LoadAndJoin {
        private final Object key = new Object();
        private final Cache<Object, Payload> cache = Caches.bySize(10);
        private int loads;

        private Payload load(Object k) {
            loads++;
            return new Payload(k, loads);
        }

        @Actor
        public void first(II_Result r) {
            r.r1 = Payload.seenUnder(key, cache.get(key, this::load));
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = Payload.seenUnder(key, cache.get(key, this::load));
        }
    }
}
