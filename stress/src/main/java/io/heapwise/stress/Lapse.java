package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Entries that expire while they are written, read and swept: what was put anew stays, and what expired leaves once. */
public final class Lapse {
    private Lapse() {}

    private static final long LIFE_NANOS = 1_000_000_000;

    /** An expired value under key 1, a second after it was put. */
    abstract static class Expired {
        final AtomicLong time = new AtomicLong(5);
        final AtomicInteger told = new AtomicInteger();
        final Cache<Integer, Integer> cache = Caches.expiring(time::get, LIFE_NANOS, told);

        Expired() {
            cache.put(1, 1);
            time.addAndGet(LIFE_NANOS);
        }

        int left() {
            Integer left = cache.getIfPresent(1);
            return left == null ? 0 : left;
        }
    }

    @JCStressTest
    @Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "the new value stays, the old one was told once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the new value went with the old one, or a notice is wrong")
    @State
    public static class PutOverExpiredWhileSwept extends Expired {
        @Actor
        public void put() {
            cache.put(1, 2);
        }

        @Actor
        public void sweep() {
            cache.cleanUp();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = left();
            r.r2 = told.get();
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 2, 1", "2, 2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "absent before the put, there after it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the expired value, or the new one is lost")
    @State
    public static class PutOverExpiredWhileRead extends Expired {
        @Actor
        public void put() {
            cache.put(1, 2);
        }

        @Actor
        public void read(III_Result r) {
            r.r1 = left();
        }

        @Arbiter
        public void after(III_Result r) {
            r.r2 = left();
            r.r3 = told.get();
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one of the two took it out")
    @Outcome(expect = Expect.FORBIDDEN, desc = "told twice, or never")
    @State
    public static class RemoveOfExpiredWhileSwept extends Expired {
        @Actor
        public void remove() {
            cache.invalidate(1);
        }

        @Actor
        public void sweep() {
            cache.cleanUp();
        }

        @Arbiter
        public void after(II_Result r) {
            r.r1 = told.get();
            r.r2 = (int) cache.estimatedSize() + 1;
        }
    }

    /** The value is replaced in place just before its time; a reader later in time sees the new one, or came before. */
    @JCStressTest
    @Outcome(
            id = {"0", "1", "2"},
            expect = Expect.ACCEPTABLE,
            desc = "before the put: the old one or expired; after it: the new one")
    @Outcome(id = "-1", expect = Expect.FORBIDDEN, desc = "seen, and then taken for expired by the older deadline")
    @State
    public static class RenewedInPlace {
        private final AtomicLong time = new AtomicLong(5);
        private final Cache<Integer, Integer> cache = Caches.expiring(time::get, LIFE_NANOS, new AtomicInteger());

        public RenewedInPlace() {
            cache.put(1, 1);
            time.addAndGet(LIFE_NANOS - 1);
        }

        @Actor
        public void renew() {
            cache.put(1, 2);
            time.addAndGet(1);
        }

        @Actor
        public void read(I_Result r) {
            Integer first = cache.getIfPresent(1);
            Integer second = cache.getIfPresent(1);
            r.r1 = first == null ? 0 : first;
            if (r.r1 == 2 && second == null) {
                r.r1 = -1;
            }
        }
    }

    /** A hit prolongs an entry while another takes its place: the new one lives its own time. */
    @JCStressTest
    @Outcome(
            id = {"0, 2, 0", "1, 2, 0", "2, 2, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "the new entry is there until its time, and no longer")
    @Outcome(expect = Expect.FORBIDDEN, desc = "ended early, or lives too long")
    @State
    public static class HitWhileReplaced {
        private final AtomicLong time = new AtomicLong(5);
        private final Cache<Integer, Integer> cache = Caches.expiringAfterAccess(time::get, LIFE_NANOS);

        public HitWhileReplaced() {
            cache.put(1, 1);
            time.addAndGet(LIFE_NANOS / 2);
        }

        @Actor
        public void hit(III_Result r) {
            Integer seen = cache.getIfPresent(1);
            r.r1 = seen == null ? 0 : seen;
        }

        @Actor
        public void replace() {
            cache.invalidate(1);
            cache.put(1, 2);
        }

        @Arbiter
        public void after(III_Result r) {
            time.addAndGet(LIFE_NANOS - 1);
            r.r2 = cache.asMap().containsKey(1) ? 2 : 0;
            time.addAndGet(LIFE_NANOS / 500);
            r.r3 = cache.asMap().containsKey(1) ? 2 : 0;
        }
    }
}
