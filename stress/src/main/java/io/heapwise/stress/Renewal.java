package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.LoadingCache;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A value is reloaded while another thread writes the key: a reload of what was there before never wins over the write. */
public final class Renewal {
    private Renewal() {}

    /** Reloads ten times the old value. */
    abstract static class TenTimes {
        final LoadingCache<Integer, Integer> cache = Caches.reloading(key -> 1, old -> 10 * old);

        TenTimes() {
            cache.put(1, 1);
        }

        int left() {
            Integer left = cache.getIfPresent(1);
            return left == null ? 0 : left;
        }
    }

    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "reloaded first, or the reload was dropped")
    @Outcome(id = "20", expect = Expect.ACCEPTABLE, desc = "what was put was reloaded")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the reload of the older value won")
    @State
    public static class RefreshAndPut extends TenTimes {
        @Actor
        public void refresh() {
            cache.refresh(1);
        }

        @Actor
        public void put() {
            cache.put(1, 2);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = left();
        }
    }

    @JCStressTest
    @Outcome(
            id = "3",
            expect = Expect.ACCEPTABLE,
            desc = "reloaded before or dropped: 1 + 2, since the 10 went with it")
    @Outcome(id = "12", expect = Expect.ACCEPTABLE, desc = "reloaded, then merged")
    @Outcome(id = "30", expect = Expect.ACCEPTABLE, desc = "merged, then reloaded")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the merge was lost")
    @State
    public static class RefreshAndMerge extends TenTimes {
        @Actor
        public void refresh() {
            cache.refresh(1);
        }

        @Actor
        public void merge() {
            cache.asMap().merge(1, 2, Integer::sum);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = left();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "removed last, or the reload was dropped")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "removed, then loaded anew")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the reload of what was removed came back")
    @State
    public static class RefreshAndInvalidate extends TenTimes {
        @Actor
        public void refresh() {
            cache.refresh(1);
        }

        @Actor
        public void invalidate() {
            cache.invalidate(1);
        }

        @Arbiter
        public void after(I_Result r) {
            r.r1 = left();
        }
    }

    @JCStressTest
    @Outcome(id = "10, 0", expect = Expect.ACCEPTABLE, desc = "both shared one reload")
    @Outcome(id = "100, 0", expect = Expect.ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one was lost, or is left over")
    @State
    public static class TwoRefreshes extends TenTimes {
        @Actor
        public void first() {
            cache.refresh(1);
        }

        @Actor
        public void second() {
            cache.refresh(1);
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = left();
            r.r2 = cache.policy().refreshes().size();
        }
    }
}
