package io.heapwise.stress;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.MemoryThrottle;
import io.heapwise.memory.Reservation;
import io.heapwise.memory.Throttled;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** The bytes of a throttled publisher's elements are given back whoever ends it, and with them what was done before. */
public final class ThrottledHandOver {
    private static final Duration LONG = Duration.ofSeconds(10);

    private ThrottledHandOver() {}

    /** A source that gives an element whenever it is asked, and a subscriber that takes it, over a budget of one byte. */
    private static final class Stream
            implements Flow.Publisher<String>, Flow.Subscription, Flow.Subscriber<Throttled<String>> {
        final MemoryBudget budget = MemoryBudget.builder("one", 1)
                .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
                .build();
        final boolean closesAtOnce;
        int done;
        int seen;
        volatile int asked;
        volatile boolean isCancelled;
        volatile int elements;
        Throttled<String> last;
        Flow.Subscription subscription;
        private Flow.Subscriber<? super String> throttled;

        Stream(boolean closesAtOnce) {
            this.closesAtOnce = closesAtOnce;
        }

        Stream subscribed() {
            MemoryThrottle.of(budget, 1, LONG).publisher(this).subscribe(this);
            return this;
        }

        /** 1 if it becomes so, within what another thread may still take; else 0. */
        int settles(BooleanSupplier state) {
            long sinceNanos = System.nanoTime();
            while (System.nanoTime() - sinceNanos < LONG.toNanos()) {
                if (state.getAsBoolean()) {
                    return 1;
                }
                LockSupport.parkNanos(100_000);
            }
            return 0;
        }

        boolean isFree() {
            return budget.stats().reservedBytes() == 0 && budget.stats().waiting() == 0;
        }

        // The source.

        @Override
        public void subscribe(Flow.Subscriber<? super String> subscriber) {
            throttled = subscriber;
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            seen = done;
            int before = asked; // signals come one at a time: nobody else counts meanwhile
            asked = before + 1;
            throttled.onNext("element");
        }

        @Override
        public void cancel() {
            isCancelled = true;
        }

        // The subscriber.

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Throttled<String> element) {
            last = element;
            int before = elements;
            elements = before + 1;
            if (closesAtOnce) {
                element.close();
            }
        }

        @Override
        public void onError(Throwable failure) {
            throw new AssertionError(failure);
        }

        @Override
        public void onComplete() {
            throw new AssertionError("it has no end");
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "cancelled before or after the element, and no byte is lost")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a byte is lost, somebody waits on, or the source is not told")
    @State
    public static class CancelAgainstGrant {
        private final Stream stream = new Stream(true).subscribed();
        private final Reservation held = stream.budget.tryReserve(1);

        public CancelAgainstGrant() {
            stream.subscription.request(1);
        }

        @Actor
        public void close() {
            held.close();
        }

        @Actor
        public void cancel() {
            stream.subscription.cancel();
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = stream.settles(() -> stream.isFree() && stream.isCancelled);
            r.r1 = stream.elements;
        }
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "asked when there was room, and sees what was done before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "not asked in time, asked too early, or sees not all")
    @State
    public static class CloseAgainstRequest {
        private final Stream stream = new Stream(false).subscribed();

        public CloseAgainstRequest() {
            stream.subscription.request(1);
        }

        @Actor
        public void close() {
            Throttled<String> open = stream.last;
            stream.done = 1;
            open.close();
        }

        @Actor
        public void request() {
            stream.subscription.request(1);
        }

        @Arbiter
        public void see(I_Result r) {
            r.r1 = stream.settles(() -> stream.asked == 2) == 1 ? stream.seen : -1;
        }
    }
}
