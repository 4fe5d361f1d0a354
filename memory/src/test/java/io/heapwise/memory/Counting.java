package io.heapwise.memory;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Publishes 0, 1, 2 and so on, on the thread that asks. Invariant: to each subscriber no more than it has asked for, and calls of one
 * subscriber do not nest.
 */
final class Counting implements Flow.Publisher<Integer> {
    private final long elements;

    Counting(long elements) {
        this.elements = elements;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
        subscriber.onSubscribe(new Count(subscriber));
        if (elements == 0) {
            subscriber.onComplete();
        }
    }

    private final class Count implements Flow.Subscription {
        private final Flow.Subscriber<? super Integer> subscriber;
        private final AtomicLong demand = new AtomicLong();
        private long next;
        private volatile boolean isOver;

        Count(Flow.Subscriber<? super Integer> subscriber) {
            this.subscriber = subscriber;
        }

        @Override
        public void request(long n) {
            if (n < 1) {
                isOver = true;
                subscriber.onError(new IllegalArgumentException("n=" + n + ", rule 3.9"));
                return;
            }
            if (demand.getAndAdd(n) > 0) {
                return;
            }
            do {
                if (!isOver && next < elements) {
                    subscriber.onNext((int) next++);
                    if (!isOver && next == elements) {
                        isOver = true;
                        subscriber.onComplete();
                    }
                }
            } while (demand.decrementAndGet() > 0);
        }

        @Override
        public void cancel() {
            isOver = true;
        }
    }
}
