package io.heapwise.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heapwise.buffers.internal.Account;
import io.heapwise.buffers.internal.AwaitedMemory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A limit of a child allocator is never exceeded, and whoever waits for room learns of it. */
public final class BufferLimits {
    private BufferLimits() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 6", "0, 1, 6"},
            expect = ACCEPTABLE,
            desc = "one of the two, since both are too much")
    @Outcome(expect = FORBIDDEN, desc = "more than the limit, or nobody")
    public static class TwoCharge {
        final Account account = new Account("one", 10, null, new AwaitedMemory(0));

        @Actor
        public void first(III_Result r) {
            r.r1 = account.charge(6) ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = account.charge(6) ? 1 : 0;
        }

        @Arbiter
        public void looks(III_Result r) {
            r.r3 = (int) account.usedBytes();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 0, 6", "0, 1, 6", "0, 0, 0"},
            expect = ACCEPTABLE,
            desc = "one, or none where each met what the other took back")
    @Outcome(expect = FORBIDDEN, desc = "more than the limit above, or a charge that is lost")
    public static class TwoChildrenCharge {
        final Account parent = new Account("parent", 10, null, new AwaitedMemory(0));
        final Account one = new Account("one", 10, parent, new AwaitedMemory(0));
        final Account other = new Account("other", 10, parent, new AwaitedMemory(0));

        @Actor
        public void first(III_Result r) {
            r.r1 = one.charge(6) ? 1 : 0;
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = other.charge(6) ? 1 : 0;
        }

        @Arbiter
        public void looks(III_Result r) {
            boolean isSum = one.usedBytes() + other.usedBytes() == parent.usedBytes();
            r.r3 = isSum ? (int) parent.usedBytes() : -1;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "who waited has it, and sees what was done before it came back")
    @Outcome(expect = FORBIDDEN, desc = "it slept beside it")
    public static class WaitWhileReleased {
        final AwaitedMemory awaited = new AwaitedMemory(1);
        final Account account = new Account("one", 1, null, awaited);
        int done;

        {
            account.charge(1);
        }

        @Actor
        public void waits(I_Result r) {
            Integer got = awaited.await(() -> account.charge(1) ? done : null, TimeUnit.SECONDS.toNanos(10));
            r.r1 = got == null ? -1 : got;
        }

        @Actor
        public void gives() {
            done = 42;
            account.discharge(1);
        }
    }
}
