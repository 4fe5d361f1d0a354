package io.heapwise.stress;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What comes back reaches who waits, whole, and exactly one of them. */
public final class PoolHandOver {
    private PoolHandOver() {}

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "got it, and all that was written before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "not woken in time, or the object in part")
    @State
    public static class ReleaseAgainstWait {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Lease<Pools.Thing> lease = Pools.borrowed(pool);

        @Actor
        public void release() {
            lease.get().value = 1;
            lease.close();
        }

        @Actor
        public void await(I_Result r) {
            r.r1 = Pools.valueLeftIn(pool, 2);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"2, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one after the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "not woken in time, or both at once")
    @State
    public static class ApplyAgainstApply {
        private final Pool<Pools.Thing> pool = Pools.full(1);

        @Actor
        public void one(II_Result r) {
            r.r1 = Pools.valueLeftIn(pool, 1);
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = Pools.valueLeftIn(pool, 2);
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "given back once; the next borrower keeps what it got")
    @Outcome(expect = Expect.FORBIDDEN, desc = "given back twice, or not at all")
    @State
    public static class CloseAgainstClose {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Lease<Pools.Thing> lease = Pools.borrowed(pool);

        @Actor
        public void close() {
            lease.close();
        }

        @Actor
        public void closeAndBorrow(II_Result r) {
            lease.close();
            r.r1 = pool.tryAcquire() == null ? 0 : 1;
        }

        @Arbiter
        public void count(II_Result r) {
            int leased = r.r1;
            r.r2 = Pools.settles(pool, stats -> stats.leased() == leased && stats.idle() == 1 - leased);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "given back or destroyed, once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class CloseAgainstInvalidate {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Lease<Pools.Thing> lease = Pools.borrowed(pool);

        @Actor
        public void close() {
            lease.close();
        }

        @Actor
        public void invalidate() {
            lease.invalidate();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = (int) pool.stats().destroyed();
            int destroyed = r.r1;
            r.r2 = Pools.settles(pool, stats -> stats.leased() == 0 && stats.idle() == 1 - destroyed);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "cancelled or served; the object is idle in the end")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost")
    @State
    public static class CancelAgainstHandOver {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Lease<Pools.Thing> lease = Pools.borrowed(pool);
        private final CompletableFuture<Lease<Pools.Thing>> request = pool.acquireAsync(Duration.ofSeconds(20));

        @Actor
        public void release() {
            lease.close();
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = request.cancel(false) ? 1 : 0;
        }

        @Arbiter
        public void count(II_Result r) {
            if (r.r1 == 0) {
                request.join().close();
            }
            r.r2 = Pools.settles(pool, stats -> stats.idle() == 1);
        }
    }
}
