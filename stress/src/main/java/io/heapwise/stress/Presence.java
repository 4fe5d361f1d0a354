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

/** An entry that nobody removes is found, whatever moves it; one that went does not come back. */
public final class Presence {
    private Presence() {}

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both found")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry was missed while the table grew")
    @State
    public static class GetWhileGrowing {
        private final Cache<Integer, Integer> cache = Caches.bySize(100_000);

        public GetWhileGrowing() {
            for (int i = 0; i < 12; i++) {
                cache.put(i, i);
            }
        }

        @Actor
        public void grow() {
            for (int i = 12; i < 60; i++) {
                cache.put(i, i);
            }
        }

        @Actor
        public void get(II_Result r) {
            r.r1 = Integer.valueOf(3).equals(cache.getIfPresent(3)) ? 1 : 0;
            r.r2 = Integer.valueOf(11).equals(cache.getIfPresent(11)) ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both found")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry was missed while its stripe was split")
    @State
    public static class GetWhileSplitting {
        /** A stripe asks to be split when it passes so many. */
        private static final int SPLIT_ENTRIES = 512;

        private final Cache<Integer, Integer> cache = Caches.bySize(100_000);

        public GetWhileSplitting() {
            for (int i = 0; i < SPLIT_ENTRIES - 2; i++) {
                cache.put(i, i);
            }
        }

        @Actor
        public void split() {
            for (int i = SPLIT_ENTRIES - 2; i < SPLIT_ENTRIES + 2; i++) {
                cache.put(i, i);
            }
        }

        @Actor
        public void get(II_Result r) {
            int found = 1;
            for (int i = 0; i < 200; i++) {
                found &= Integer.valueOf(i).equals(cache.getIfPresent(i)) ? 1 : 0;
            }
            r.r1 = found;
            r.r2 = Integer.valueOf(SPLIT_ENTRIES - 3).equals(cache.getIfPresent(SPLIT_ENTRIES - 3)) ? 1 : 0;
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both found")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an entry was missed while it moved")
    @State
    public static class GetWhileNeighboursLeave {
        private final Clash[] keys = {new Clash(0), new Clash(1), new Clash(2), new Clash(3), new Clash(4)};
        private final Cache<Clash, Integer> cache = Caches.bySize(1_000);

        public GetWhileNeighboursLeave() {
            for (Clash key : keys) {
                cache.put(key, 1);
            }
        }

        @Actor
        public void leave() {
            cache.invalidate(keys[0]);
            cache.invalidate(keys[1]);
            cache.invalidate(keys[3]);
        }

        @Actor
        public void get(II_Result r) {
            r.r1 = cache.getIfPresent(keys[2]) == null ? 0 : 1;
            r.r2 = cache.getIfPresent(keys[4]) == null ? 0 : 1;
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "1, 0", "1, 2", "0, 0", "0, 2", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an old incarnation after a new one, or another key's value")
    @State
    public static class SameKeyComesBack {
        private final Clash key = new Clash(0);
        private final Clash other = new Clash(1);
        private final Cache<Clash, Payload> cache = Caches.bySize(1_000);

        public SameKeyComesBack() {
            cache.put(key, new Payload(key, 1));
        }

        @Actor
        public void goAndComeBack() {
            cache.invalidate(key);
            cache.put(other, new Payload(other, 7));
            cache.invalidate(other);
            cache.put(key, new Payload(key, 2));
        }

        @Actor
        public void get(II_Result r) {
            r.r1 = Payload.seenUnder(key, cache.getIfPresent(key));
            r.r2 = Payload.seenUnder(key, cache.getIfPresent(key));
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1, 0", "0, 1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "read before or after the removal")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the removed entry is still there, or was not removed")
    @State
    public static class RemoveOrGet {
        private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

        public RemoveOrGet() {
            cache.put(1, 1);
        }

        @Actor
        public void get(III_Result r) {
            r.r1 = cache.getIfPresent(1) == null ? 0 : 1;
        }

        @Actor
        public void remove(III_Result r) {
            r.r2 = cache.asMap().remove(1) == null ? 0 : 1;
        }

        @Arbiter
        public void after(III_Result r) {
            r.r3 = (int) cache.estimatedSize() + (cache.getIfPresent(1) == null ? 0 : 10);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"1, 1", "0, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "there and counted, or gone and not counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the count and the content differ")
    @State
    public static class ClearOrPut {
        private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

        public ClearOrPut() {
            cache.put(1, 1);
            cache.put(2, 1);
        }

        @Actor
        public void clear() {
            cache.invalidateAll();
        }

        @Actor
        public void put() {
            cache.put(3, 1);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = cache.getIfPresent(3) == null ? 0 : 1;
            r.r2 = (int) cache.estimatedSize();
        }
    }
}
