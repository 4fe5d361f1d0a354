package io.heapwise.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A publisher that does what a test says, on the thread that says it, and notes what is asked of it. For one subscriber. */
final class ScriptedPublisher<T> implements Flow.Publisher<T> {
    private volatile Flow.Subscriber<? super T> subscriber;

    /** How many items have been asked for in all. */
    final AtomicLong requested = new AtomicLong();

    final List<Long> requests = new ArrayList<>();
    final AtomicBoolean isCancelled = new AtomicBoolean();

    /** Runs inside each request. */
    volatile Runnable onRequest = () -> {};

    @Override
    public void subscribe(Flow.Subscriber<? super T> given) {
        subscriber = given;
        given.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long n) {
                requested.addAndGet(n);
                requests.add(n);
                onRequest.run();
            }

            @Override
            public void cancel() {
                isCancelled.set(true);
            }
        });
    }

    @SafeVarargs
    final void send(T... items) {
        for (T item : items) {
            subscriber.onNext(item);
        }
    }

    void complete() {
        subscriber.onComplete();
    }

    void fail(Throwable failure) {
        subscriber.onError(failure);
    }

    ChunkFlow<?> flow() {
        return (ChunkFlow<?>) subscriber;
    }
}
