package io.heapwise.streams.internal;

import io.heapwise.streams.CloseableIterator;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what an iterator gives, to each subscriber from an iterator of its own. Invariant: an iterator is opened, moved and closed by
 * one thread at a time, only while there is demand, and closed exactly once.
 *
 * <p>Nothing is looked at before it is asked for: the end is seen by the first request behind the last element, so that nobody fetches a
 * page for which there is no demand.
 *
 * @param <T> the elements, which are not null
 */
public final class IteratorPublisher<T> implements Flow.Publisher<T> {
    private final Supplier<? extends CloseableIterator<T>> source;
    private final Executor executor;

    /**
     * A publisher.
     *
     * @param source opens an iterator for a subscriber, when that first asks for an element
     * @param executor runs the iterators, which may block it
     */
    public IteratorPublisher(Supplier<? extends CloseableIterator<T>> source, Executor executor) {
        this.source = Objects.requireNonNull(source, "source");
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Delivery<T> delivery = new Delivery<>(source, executor, subscriber);
        subscriber.onSubscribe(delivery);
        delivery.begin();
    }

    /**
     * One subscriber's way through an iterator.
     *
     * <p>{@code signals} counts what has happened since nobody was at work: whoever raises it from 0 has the right to work, until it
     * takes all signals away. So the fields that follow need no other guard. The first to have that right is who subscribes, until
     * {@code onSubscribe} has returned: rule 1.3, no element may come before that, whatever is requested in it.
     */
    private static final class Delivery<T> implements Flow.Subscription, Runnable {
        private final Executor executor;
        private final AtomicInteger signals = new AtomicInteger(1);
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean isCancelled;
        private volatile @Nullable IllegalArgumentException badRequest;

        // Of whoever has the right to work.
        private final Supplier<? extends CloseableIterator<T>> source;
        private Flow.@Nullable Subscriber<? super T> subscriber;
        private @Nullable CloseableIterator<T> iterator;

        Delivery(
                Supplier<? extends CloseableIterator<T>> source,
                Executor executor,
                Flow.Subscriber<? super T> subscriber) {
            this.source = source;
            this.executor = executor;
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                badRequest =
                        new IllegalArgumentException("n=" + n + " (expected >= 1, rule 3.9): ask for what is wanted");
            } else {
                demand.getAndAccumulate(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
            }
            signal();
        }

        @Override
        public void cancel() {
            isCancelled = true;
            signal();
        }

        void begin() {
            if (signals.decrementAndGet() != 0) {
                dispatch();
            }
        }

        private void signal() {
            if (signals.getAndIncrement() == 0) {
                dispatch();
            }
        }

        private void dispatch() {
            try {
                executor.execute(this);
            } catch (Throwable refused) {
                // Nobody else will ever work on it: the right to is still this thread's.
                fail(refused);
            }
        }

        @Override
        public void run() {
            int seen = signals.get();
            while (true) {
                Flow.Subscriber<? super T> to = subscriber;
                if (to != null) {
                    try {
                        deliver(to);
                    } catch (Throwable failure) {
                        fail(failure);
                    }
                }
                seen = signals.addAndGet(-seen);
                if (seen == 0) {
                    return;
                }
            }
        }

        private void deliver(Flow.Subscriber<? super T> to) {
            while (true) {
                if (isCancelled) {
                    end();
                    return;
                }
                IllegalArgumentException bad = badRequest;
                if (bad != null) {
                    throw bad;
                }
                if (demand.get() == 0) {
                    return;
                }
                CloseableIterator<T> from = iterator;
                if (from == null) {
                    from = Objects.requireNonNull(source.get(), "iterator");
                    iterator = from;
                }
                if (!from.hasNext()) {
                    end();
                    to.onComplete();
                    return;
                }
                T element = Objects.requireNonNull(from.next(), "element");
                if (demand.get() != Long.MAX_VALUE) {
                    demand.getAndDecrement();
                }
                if (!isCancelled) {
                    hand(element, to);
                }
            }
        }

        /** Rule 2.13: a subscriber that throws has cancelled, and hears no more; who runs it must be told. */
        private void hand(T element, Flow.Subscriber<? super T> to) {
            try {
                to.onNext(element);
            } catch (Throwable thrown) {
                isCancelled = true;
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            }
        }

        private void fail(Throwable failure) {
            Flow.Subscriber<? super T> to = subscriber;
            if (to == null) {
                return; // it has ended, and been told so
            }
            try {
                end();
            } catch (Throwable closing) {
                failure.addSuppressed(closing);
            }
            if (!isCancelled) {
                to.onError(failure);
            }
        }

        /** Forgets the subscriber, which may be garbage from now on, and closes the iterator. */
        private void end() {
            subscriber = null;
            CloseableIterator<T> open = iterator;
            iterator = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
