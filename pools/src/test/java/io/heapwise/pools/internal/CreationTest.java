package io.heapwise.pools.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.ManualTicker;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** No more objects are made than are wanted, also of who asks in the moment between the making and the handing over. */
final class CreationTest {
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Queue<Runnable> toRun = new ArrayDeque<>();
    private final Slots slots = new Slots(4, false);
    private final Handing outcome = new Handing();
    private final Creation<Object> creation = outcome.creation;

    /** Gives what is made to somebody who waits, and lets somebody ask again just before. */
    private final class Handing implements Creation.Outcome<Object> {
        final Creation<Object> creation = new Creation<>(
                new Occupancy(slots, new Mode()),
                new Hooks<>(
                        () -> {
                            calls.incrementAndGet();
                            return new Object();
                        },
                        null,
                        null,
                        null,
                        null,
                        null),
                new CreationRules(toRun::add, 2, PoolRules.NEVER, 1, 1),
                new ManualTicker(),
                this);

        @Override
        public void made(int slot, Object object) {
            slots.put(slot, object);
            creation.demand();
            waiting.decrementAndGet();
            creation.handed();
        }

        @Override
        public void failed(Throwable failure) {
            throw new AssertionError("nothing fails here", failure);
        }

        @Override
        public void madeInVain(Object object) {
            throw new AssertionError("all is wanted here");
        }

        @Override
        public int wanted() {
            return waiting.get();
        }

        @Override
        public long waitedNanos() {
            return Long.MAX_VALUE;
        }
    }

    private void runAll() {
        for (Runnable next = toRun.poll(); next != null; next = toRun.poll()) {
            next.run();
        }
    }

    @Test
    void oneWhoWaitsHasOneMadeWhoeverAsksMeanwhile() {
        waiting.set(1);
        creation.demand();
        runAll();
        assertThat(calls.get()).isEqualTo(1);
        assertThat(creation.underWay()).isZero();
        creation.demand();
        assertThat(toRun).isEmpty();
    }

    @Test
    void whoeverWasNotHeardMeanwhileIsHeardAfterwards() {
        waiting.set(4);
        creation.demand();
        assertThat(toRun).as("two at a time").hasSize(2);
        runAll();
        assertThat(calls.get()).isEqualTo(4);
        assertThat(waiting.get()).isZero();
    }

    @Test
    void oneMadeOnTheCallersThreadLetsTheNextBeMade() {
        waiting.set(2);
        assertThat(creation.makeOne(Object::new)).isNull();
        assertThat(waiting.get()).isEqualTo(1);
        runAll();
        assertThat(waiting.get()).isZero();
        assertThat(calls.get()).isEqualTo(1);
    }
}
