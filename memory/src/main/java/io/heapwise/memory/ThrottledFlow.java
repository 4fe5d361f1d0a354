package io.heapwise.memory;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's way through a throttled publisher. Invariant: the source has been asked for at most one element that it has not
 * given, and only while the bytes of one are reserved for it here; once this has ended nothing is reserved here.
 *
 * @param <T> the elements of the source
 */
final class ThrottledFlow<T> implements Flow.Subscriber<T>, Flow.Subscription {
    /*
     * An element's way: demand -> a turn in the budget -> granted, the source is asked -> arrived -> handed over, with its bytes.
     * One at a time: to have several turns would reserve bytes that nobody uses yet, while others wait for them.
     *
     * Signals come from four sides: the subscriber, the source, the budget, and whoever closes an element. None works under a lock.
     * Each leaves what it has to say in a field and counts a signal; whoever raises the count from 0 has the right to work, until it
     * has taken all signals away. So calls of the subscriber and of the source come one at a time, each before the next, and what
     * they call in turn (a request from onNext, an element from request) is done after they have returned, however deep a
     * synchronous source would nest it.
     *
     * What ends the stream is in one field, and the first to set it wins. It is read before the element that may have arrived: the
     * source writes them in the other order, so an end never passes an element.
     */
    private static final Object DONE = "done";

    private final MemoryBudget budget;
    private final long maximumBytes;
    private final Duration timeout;
    private final @Nullable ToLongFunction<? super T> bytesOf;

    /** Starts with the right to work taken: nothing is signalled before {@code onSubscribe} has returned. */
    private final AtomicInteger signals = new AtomicInteger(1);

    private final AtomicLong demand = new AtomicLong();
    private final AtomicBoolean isAsked = new AtomicBoolean();
    private final AtomicReference<Flow.@Nullable Subscription> source = new AtomicReference<>();
    private final AtomicReference<@Nullable Object> end = new AtomicReference<>();
    private volatile boolean isSourceDone;
    private volatile boolean isCancelled;
    private volatile @Nullable T arrived;
    private volatile @Nullable Reservation granted;

    // Of whoever has the right to work.
    private Flow.@Nullable Subscriber<? super Throttled<T>> subscriber;
    private @Nullable CompletableFuture<Reservation> turn;
    private @Nullable Reservation held;

    ThrottledFlow(
            MemoryBudget budget,
            long maximumBytes,
            Duration timeout,
            @Nullable ToLongFunction<? super T> bytesOf,
            Flow.Subscriber<? super Throttled<T>> subscriber) {
        this.budget = budget;
        this.maximumBytes = maximumBytes;
        this.timeout = timeout;
        this.bytesOf = bytesOf;
        this.subscriber = subscriber;
    }

    void subscribeTo(Flow.Publisher<? extends T> publisher) {
        try {
            publisher.subscribe(this);
        } catch (Throwable refused) {
            endWith(refused);
        }
    }

    // ---- what the source says --------------------------------------------------------------------------------------

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        if (source.compareAndSet(null, Objects.requireNonNull(subscription, "subscription"))) {
            begin();
        } else {
            subscription.cancel(); // rule 2.5
        }
    }

    private void begin() {
        Flow.Subscriber<? super Throttled<T>> to = subscriber;
        if (to != null) {
            try {
                to.onSubscribe(this);
            } catch (Throwable thrown) {
                isCancelled = true;
                tellOfUncaught(thrown);
            }
        }
        work();
    }

    @Override
    public void onNext(T element) {
        requireGiven(element, "element");
        if (isAsked.compareAndSet(true, false)) {
            arrived = element;
            signal();
        } else {
            endWith(new IllegalStateException("element=" + element.getClass().getName()
                    + " was not asked for (expected one for each request(1), rule 1.1): there is no room for it,"
                    + " let the source keep to the demand"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        requireGiven(failure, "failure");
        isSourceDone = true;
        endWith(failure);
    }

    @Override
    public void onComplete() {
        isSourceDone = true;
        endWith(DONE);
    }

    /** Rule 2.13 wants it thrown; but then the source may say nothing more, and those behind would wait. */
    private void requireGiven(@Nullable Object given, String name) {
        if (given == null) {
            NullPointerException missing = new NullPointerException(name);
            endWith(missing);
            throw missing;
        }
    }

    private void endWith(Object how) {
        end.compareAndSet(null, how);
        if (source.get() == null
                && source.compareAndSet(null, this)) { // it broke rule 1.9, which those behind must not feel
            isSourceDone = true;
            begin();
        } else {
            signal();
        }
    }

    // ---- what the subscriber says ----------------------------------------------------------------------------------

    @Override
    public void request(long n) {
        if (n <= 0) {
            endWith(new IllegalArgumentException("n=" + n + " (expected >= 1, rule 3.9): ask for what is wanted"));
        } else {
            demand.getAndAccumulate(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            signal();
        }
    }

    @Override
    public void cancel() {
        isCancelled = true;
        signal();
    }

    // ---- the work --------------------------------------------------------------------------------------------------

    private void signal() {
        if (signals.getAndIncrement() == 0) {
            work();
        }
    }

    private void work() {
        int seen = signals.get();
        do {
            Flow.Subscriber<? super Throttled<T>> to = subscriber;
            try {
                if (to == null) {
                    giveBack(); // it has ended, and this came too late
                } else {
                    advance(to);
                }
            } catch (Throwable failure) {
                fail(failure, to);
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void advance(Flow.Subscriber<? super Throttled<T>> to) {
        while (!isCancelled) {
            Object how = end.get(); // before what has arrived
            T element = arrived;
            Reservation turned = granted;
            if (element != null) {
                arrived = null;
                hand(element, to);
            } else if (how != null) {
                end(how, to);
                return;
            } else if (turned != null) {
                ask(turned);
            } else if (turn == null && held == null && demand.get() > 0) {
                takeTurn();
            } else {
                return;
            }
        }
        forget();
    }

    private void takeTurn() {
        Reservation now = budget.tryReserve(maximumBytes);
        if (now != null) {
            granted = now;
            return;
        }
        CompletableFuture<Reservation> asked = budget.reserveAsync(maximumBytes, timeout);
        turn = asked;
        var unused = asked.whenComplete((reservation, failure) -> {
            if (failure == null) {
                granted = reservation;
                signal();
            } else {
                endWith(failure);
            }
        });
    }

    private void ask(Reservation turned) {
        granted = null;
        turn = null;
        held = turned;
        isAsked.set(true);
        source().request(1);
    }

    private void hand(T element, Flow.Subscriber<? super Throttled<T>> to) {
        Reservation bytes = held;
        if (bytes == null) {
            throw new IllegalStateException("nothing is reserved for an element that was asked for");
        }
        if (bytesOf != null) {
            bytes.shrinkTo(weighed(bytesOf.applyAsLong(element)));
        }
        if (demand.get() != Long.MAX_VALUE) {
            demand.getAndDecrement();
        }
        held = null;
        Throttled<T> throttled = new Throttled<>(element, bytes);
        try {
            to.onNext(throttled);
        } catch (Throwable thrown) { // rule 2.13: it has cancelled, and hears no more; who runs it must be told
            isCancelled = true;
            throttled.close();
            tellOfUncaught(thrown);
        }
    }

    private long weighed(long bytes) {
        if (bytes < 0 || bytes > maximumBytes) {
            throw new IllegalArgumentException("bytesOf=" + bytes + " (expected 0 to " + maximumBytes
                    + "): give the throttle what an element takes at its most");
        }
        return bytes;
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    private void fail(Throwable failure, Flow.@Nullable Subscriber<? super Throttled<T>> to) {
        if (to == null || isCancelled) {
            tellOfUncaught(failure);
        } else {
            end(failure, to);
        }
    }

    private void end(Object how, Flow.Subscriber<? super Throttled<T>> to) {
        Object told = how;
        try {
            forget();
        } catch (Throwable closing) {
            if (how instanceof Throwable failure && failure != closing) {
                failure.addSuppressed(closing);
            } else {
                told = closing;
            }
        }
        try {
            if (told instanceof Throwable failure) {
                to.onError(failure);
            } else {
                to.onComplete();
            }
        } catch (Throwable thrown) {
            tellOfUncaught(thrown);
        }
    }

    /** Forgets the subscriber, which may be garbage from now on, gives back what is reserved, and tells the source. */
    private void forget() {
        subscriber = null;
        try {
            giveBack();
        } finally {
            if (!isSourceDone) {
                source().cancel();
            }
        }
    }

    private void giveBack() {
        arrived = null;
        CompletableFuture<Reservation> waiting = turn;
        Reservation asked = held;
        Reservation turned = granted;
        turn = null;
        held = null;
        if (turned != null) {
            granted = null; // and not otherwise: one that is granted at this moment would be lost; its signal comes yet
        }
        if (waiting != null) {
            waiting.cancel(false);
        }
        if (asked != null) {
            asked.close();
        }
        if (turned != null) {
            turned.close();
        }
    }

    private Flow.Subscription source() {
        Flow.Subscription known = source.get();
        if (known == null) {
            throw new IllegalStateException("no source (expected one since onSubscribe)");
        }
        return known;
    }

    /** What a handler throws nobody hears, as when a thread ends. */
    private static void tellOfUncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ignored) {
            // It must not end the work: signals would be counted for ever, and nobody would see to them.
        }
    }

    /** Throws unless the invariant holds; to be called while nothing happens. */
    void checkIntegrity() {
        boolean isReserved = held != null || granted != null;
        if (signals.get() != 0 || demand.get() < 0 || (isAsked.get() && held == null && subscriber != null)) {
            throw new IllegalStateException("signals=" + signals + ", demand=" + demand + ", asked=" + isAsked
                    + " (expected 0, >= 0, and bytes held for what was asked for)");
        }
        if (subscriber == null && (isReserved || turn != null || arrived != null)) {
            throw new IllegalStateException("reserved=" + isReserved + ", waiting=" + (turn != null) + ", element="
                    + arrived + " (expected nothing once it has ended)");
        }
    }
}
