package io.heapwise.stress;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What the pool's owner does while others borrow loses no object and leaves none too many. */
public final class PoolOwner {
    private PoolOwner() {}

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one is left, the other destroyed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "one too many, or too few")
    @State
    public static class ShrinkAgainstClaim {
        private final Pool<Pools.Thing> pool = Pools.full(2);

        @Actor
        public void shrink() {
            pool.resize(1);
        }

        @Actor
        public void use() {
            Lease<Pools.Thing> one = pool.tryAcquire();
            Lease<Pools.Thing> other = pool.tryAcquire();
            Stream.of(one, other).filter(Objects::nonNull).forEach(Lease::close);
            Pools.valueLeftIn(pool, 1);
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = Pools.settles(pool, stats -> stats.idle() == 1 && stats.created() == stats.destroyed() + 1);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "-1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "lent or refused; all is destroyed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an object is left, or closing never ends")
    @State
    public static class CloseAgainstUse {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private CompletableFuture<Void> closing = new CompletableFuture<>();

        @Actor
        public void close() {
            closing = pool.closeAsync();
        }

        @Actor
        public void use(II_Result r) {
            r.r1 = Pools.valueLeftIn(pool, 1);
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = Pools.settles(pool, stats -> closing.isDone() && stats.destroyed() == 1);
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "all is destroyed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "an object is left, or closing never ends")
    @State
    public static class CloseAgainstRelease {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Lease<Pools.Thing> lease = Pools.borrowed(pool);
        private CompletableFuture<Void> closing = new CompletableFuture<>();

        @Actor
        public void close() {
            closing = pool.closeAsync();
        }

        @Actor
        public void release() {
            lease.close();
        }

        @Arbiter
        public void count(I_Result r) {
            r.r1 = Pools.settles(pool, stats -> closing.isDone() && stats.destroyed() == 1);
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the old one is destroyed, whoever had it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the old one is still lent")
    @State
    public static class RefreshAgainstUse {
        private final Pool<Pools.Thing> pool = Pools.full(1);
        private final Pools.Thing old = Pools.idleIn(pool);

        @Actor
        public void refresh() {
            pool.refresh();
        }

        @Actor
        public void use() {
            Lease<Pools.Thing> lease = pool.tryAcquire();
            if (lease != null) {
                lease.close();
            }
        }

        @Arbiter
        public void count(I_Result r) {
            Lease<Pools.Thing> lease = Pools.borrowed(pool);
            r.r1 = lease.get() == old ? 0 : 1;
            lease.close();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "served in the end")
    @Outcome(expect = Expect.FORBIDDEN, desc = "forgotten")
    @State
    public static class ResumeAgainstWait {
        private final Pool<Pools.Thing> pool = Pools.full(1);

        public ResumeAgainstWait() {
            pool.pause();
        }

        @Actor
        public void resume() {
            pool.resume();
        }

        @Actor
        public void use(I_Result r) {
            r.r1 = Pools.valueLeftIn(pool, 1);
        }
    }
}
