package io.heapwise.streams;

import io.heapwise.streams.internal.FlowSignals;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's chunks of a publisher. Invariant: what was asked of the source and has not arrived, and what has arrived, is together
 * no more than one chunk and one item; nothing is asked for without demand.
 */
final class ChunkFlow<T> implements Flow.Subscriber<T>, Flow.Subscription {
    /*
     * Items, requests, the alarm, the end: whoever brings one notes it where others may write, and raises the count of signals. Who raises
     * it from 0 works, alone, until all signals are worked off; the others are gone by then. So user code runs without a lock, cannot
     * be re-entered, and a request from within onNext costs no depth of stack. The right to work is first that of the thread which
     * subscribes: nothing is delivered before the subscriber has dealt with its subscription.
     *
     * One alarm is set at a time, for the chunk that was open then. When it rings for a younger one it is set again, for the rest. To
     * set one for each chunk would leave many behind where chunks are full long before their time.
     */
    private final AtomicInteger signals = new AtomicInteger(1);
    private final AtomicLong demand = new AtomicLong();
    private final Queue<T> arrived = new ConcurrentLinkedQueue<>();
    private volatile boolean isCancelled;
    private volatile boolean isCompleted;
    private volatile boolean hasRung;
    private volatile @Nullable Throwable failed;

    // Of whoever has the right to work.
    private final OpenChunk<T> open;
    private final int itemsOfChunk; // 0 when it is not known
    private final FlowChunks.@Nullable Pace pace;
    private final Alarm alarm = new Alarm(this);
    private Flow.@Nullable Subscriber<? super List<T>> downstream;
    private Flow.@Nullable Subscription upstream;
    private @Nullable T carried;
    private long asked;
    private long sinceNanos;
    private boolean isReady;
    private boolean isAlarmSet;

    ChunkFlow(Flow.Subscriber<? super List<T>> downstream, ChunkLimits<T> limits, FlowChunks.@Nullable Pace pace) {
        this.downstream = downstream;
        this.open = new OpenChunk<>(limits, 0);
        this.itemsOfChunk = limits.isCountAlone() ? limits.count() : 0;
        this.pace = pace;
    }

    // ---- from the source -------------------------------------------------------------------------------------------

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        if (upstream != null) {
            subscription.cancel(); // rule 2.5
            return;
        }
        upstream = subscription;
        try {
            Objects.requireNonNull(downstream).onSubscribe(this);
        } catch (Throwable thrown) {
            cancel();
            FlowSignals.report(thrown);
        }
        if (!signals.compareAndSet(1, 0)) {
            work();
        }
    }

    @Override
    public void onNext(T item) {
        arrived.add(Objects.requireNonNull(item, "item"));
        signal();
    }

    @Override
    public void onError(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        failed = failure;
        if (upstream == null) {
            onSubscribe(
                    new Flow.Subscription() { // rule 1.9: ours comes first, whatever the source does
                        @Override
                        public void request(long n) {}

                        @Override
                        public void cancel() {}
                    });
        }
        signal();
    }

    @Override
    public void onComplete() {
        isCompleted = true;
        signal();
    }

    // ---- from the subscriber and the time --------------------------------------------------------------------------

    @Override
    public void request(long n) {
        if (n <= 0) {
            failed = FlowSignals.badRequest(n);
        } else {
            FlowSignals.addDemand(demand, n);
        }
        signal();
    }

    @Override
    public void cancel() {
        isCancelled = true;
        signal();
    }

    /** Holds on to a flow that may be over no longer than that is: alarms that are set cannot be taken back. */
    private static final class Alarm implements Runnable {
        private volatile @Nullable ChunkFlow<?> flow;

        Alarm(ChunkFlow<?> flow) {
            this.flow = flow;
        }

        @Override
        public void run() {
            ChunkFlow<?> told = flow;
            if (told != null) {
                told.hasRung = true;
                told.signal();
            }
        }
    }

    // ---- the work --------------------------------------------------------------------------------------------------

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            work();
        }
    }

    private void work() {
        int seen = signals.get();
        while (seen != 0) {
            Flow.Subscriber<? super List<T>> to = downstream;
            if (to == null) {
                arrived.clear(); // what came after the end
            } else {
                try {
                    deliver(to);
                } catch (Throwable failure) {
                    fail(to, failure);
                }
            }
            seen = signals.addAndGet(-seen);
        }
    }

    private void deliver(Flow.Subscriber<? super List<T>> to) {
        while (!isCancelled) {
            Throwable failure = failed;
            if (failure != null) {
                fail(to, failure);
                return;
            }
            if (hasRung) {
                rung();
            }
            boolean isLast = isCompleted; // read before the queue is: what has arrived before the end is in it then
            T item = isReady ? null : arrived.poll();
            if (item != null) {
                gather(item);
            } else if (isReady) {
                if (demand.get() == 0) {
                    return;
                }
                handOver(to);
            } else if (!isLast) {
                askForMore();
                return;
            } else if (open.size() > 0) {
                isReady = true;
            } else {
                end();
                tell(to::onComplete);
                return;
            }
        }
        end();
        cancelUpstream();
    }

    private void gather(T item) {
        if (--asked < 0) {
            throw new IllegalStateException(
                    "an item has arrived that was not asked for (rule 1.1): use a source that knows back-pressure");
        }
        if (open.admits(item)) {
            add(item);
        } else {
            carried = item;
            isReady = true;
        }
    }

    private void add(T item) {
        boolean isFirst = open.size() == 0;
        isReady = open.add(item);
        if (isFirst && !isReady && pace != null) {
            sinceNanos = pace.ticker().nanos();
            if (!isAlarmSet) {
                setAlarm(pace, pace.nanos());
            }
        }
    }

    private void handOver(Flow.Subscriber<? super List<T>> to) {
        List<T> chunk = open.take();
        isReady = false;
        T held = carried;
        carried = null;
        FlowSignals.takeDemand(demand);
        tell(() -> to.onNext(chunk));
        if (held != null && !isCancelled) {
            add(held); // afterwards: a function of the user that throws here does not cost the chunk before
        }
    }

    private void askForMore() {
        if (demand.get() == 0) {
            return;
        }
        long more = (itemsOfChunk == 0 ? 1 : itemsOfChunk - open.size()) - asked;
        if (more > 0) {
            asked += more;
            Objects.requireNonNull(upstream).request(more);
        }
    }

    private void setAlarm(FlowChunks.Pace pace, long nanos) {
        isAlarmSet = true;
        pace.delay().run(alarm, nanos);
    }

    private void rung() {
        hasRung = false;
        isAlarmSet = false;
        if (pace != null && open.size() > 0 && !isReady) {
            long ageNanos = pace.ticker().nanos() - sinceNanos;
            if (ageNanos >= pace.nanos()) {
                isReady = true;
            } else {
                setAlarm(pace, pace.nanos() - ageNanos);
            }
        }
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /** Rule 2.13: a subscriber that throws has cancelled, and hears no more; who runs it must be told. */
    private void tell(Runnable signal) {
        try {
            signal.run();
        } catch (Throwable thrown) {
            isCancelled = true;
            FlowSignals.report(thrown);
        }
    }

    private void fail(Flow.Subscriber<? super List<T>> to, Throwable failure) {
        end();
        cancelUpstream();
        if (isCancelled) {
            FlowSignals.report(failure);
        } else {
            tell(() -> to.onError(failure));
        }
    }

    /** Forgets everything: a subscription may be kept for long after its end. */
    private void end() {
        downstream = null;
        carried = null;
        open.clear();
        arrived.clear();
        alarm.flow = null;
    }

    /** Has no effect on a source that has ended by itself. */
    private void cancelUpstream() {
        if (upstream != null) {
            upstream.cancel();
        }
    }

    /** Throws unless the invariants hold. Only while nothing is signalled. */
    void checkIntegrity() {
        open.checkIntegrity();
        long items = (long) open.size() + arrived.size();
        long most = itemsOfChunk == 0 ? open.size() + 1L : itemsOfChunk;
        if (downstream != null && (asked < arrived.size() || open.size() + asked > most)) {
            throw new IllegalStateException(
                    "items=" + items + ", asked=" + asked + " (expected <= " + most + " together)");
        }
        if (downstream == null && (items > 0 || carried != null || alarm.flow != null)) {
            throw new IllegalStateException("over with items=" + items + " (expected 0)");
        }
    }
}
