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
 * one thread at a time, moved only while there is demand, and closed exactly once.
 *
 * <p>Nothing is looked at before it is asked for: the end is seen by the first request behind the last element, so that nobody fetches a
 * page for which there is no demand.
 *
 * @param <T> the elements, which are not null
 */
public final class IteratorPublisher<T> implements Flow.Publisher<T> {
    private final Supplier<? extends CloseableIterator<T>> source;
    private final Executor executor;
    private final boolean isOpenAtOnce;

    /**
     * A publisher.
     *
     * @param source opens an iterator for a subscriber, when that first asks for an element
     * @param executor runs the iterators, which may block it
     */
    public IteratorPublisher(Supplier<? extends CloseableIterator<T>> source, Executor executor) {
        this(source, executor, false);
    }

    private IteratorPublisher(
            Supplier<? extends CloseableIterator<T>> source, Executor executor, boolean isOpenAtOnce) {
        this.source = Objects.requireNonNull(source, "source");
        this.executor = Objects.requireNonNull(executor, "executor");
        this.isOpenAtOnce = isOpenAtOnce;
    }

    /**
     * A publisher of iterators that are to be closed even if nobody ever asks them for anything.
     *
     * @param source gives an iterator for a subscriber, on the thread that subscribes; what it throws the subscriber is told
     * @param executor runs the iterators, which may block it
     * @param <T> the elements, which are not null
     * @return a publisher
     */
    public static <T> IteratorPublisher<T> ofOpen(Supplier<? extends CloseableIterator<T>> source, Executor executor) {
        return new IteratorPublisher<>(source, executor, true);
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new Delivery<>(source, executor, subscriber).begin(isOpenAtOnce);
    }

    /**
     * One subscriber's way through an iterator.
     *
     * <p>{@code signals} counts what has happened since nobody was at work: whoever raises it from 0 has the right to work, until it
     * takes all signals away. So the fields that follow need no other guard. The right is first that of the thread that
     * subscribes, so that nothing is delivered before the subscriber has dealt with its subscription.
     */
    private static final class Delivery<T> implements Flow.Subscription, Runnable {
        private final Executor executor;
        private final AtomicInteger signals = new AtomicInteger(1);
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean isCancelled;
        private volatile @Nullable Throwable refusal;

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

        void begin(boolean isOpenAtOnce) {
            Flow.Subscriber<? super T> to = Objects.requireNonNull(subscriber);
            if (isOpenAtOnce) {
                try {
                    iterator = open();
                } catch (Throwable failure) {
                    refusal = failure;
                }
            }
            try {
                to.onSubscribe(this);
            } catch (Throwable thrown) {
                isCancelled = true;
                FlowSignals.report(thrown);
            }
            boolean isQuiet = !isCancelled && refusal == null;
            if (!isQuiet || !signals.compareAndSet(1, 0)) {
                execute();
            }
        }

        private CloseableIterator<T> open() {
            return Objects.requireNonNull(source.get(), "iterator");
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                refusal = FlowSignals.badRequest(n);
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

        private void signal() {
            if (signals.getAndIncrement() == 0) {
                execute();
            }
        }

        private void execute() {
            try {
                executor.execute(this);
            } catch (Throwable refused) {
                // Nobody else will ever work on it: the right to is still this thread's.
                Flow.Subscriber<? super T> to = subscriber;
                if (to != null) {
                    fail(to, refused);
                }
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
                        fail(to, failure);
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
                    close();
                    subscriber = null;
                    return;
                }
                Throwable refused = refusal;
                if (refused != null) {
                    fail(to, refused);
                    return;
                }
                if (demand.get() == 0) {
                    return;
                }
                CloseableIterator<T> from = iterator;
                if (from == null) {
                    from = open();
                    iterator = from;
                }
                if (!from.hasNext()) {
                    close(); // when that fails the subscriber is told so
                    subscriber = null;
                    tell(to::onComplete);
                    return;
                }
                T element = Objects.requireNonNull(from.next(), "element");
                FlowSignals.takeDemand(demand);
                if (!isCancelled) {
                    tell(() -> to.onNext(element));
                }
            }
        }

        /** Rule 2.13: a subscriber that throws has cancelled, and hears no more; who runs it must be told. */
        private void tell(Runnable signal) {
            try {
                signal.run();
            } catch (Throwable thrown) {
                isCancelled = true;
                FlowSignals.report(thrown);
            }
        }

        private void fail(Flow.Subscriber<? super T> to, Throwable failure) {
            try {
                close();
            } catch (Throwable closing) {
                if (closing != failure) { // nobody may suppress itself
                    failure.addSuppressed(closing);
                }
            }
            subscriber = null;
            if (isCancelled) {
                FlowSignals.report(failure); // the subscriber hears no more, and it may be that closing failed
            } else {
                tell(() -> to.onError(failure));
            }
        }

        private void close() {
            CloseableIterator<T> open = iterator;
            iterator = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
