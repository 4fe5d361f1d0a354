package io.heapwise.streams;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that asks when a test says so, and notes what it is told. */
final class ScriptedSubscriber<T> implements Flow.Subscriber<T> {
    final List<T> seen = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch isOver = new CountDownLatch(1);
    volatile Flow.Subscription subscription;
    volatile Throwable failure;
    volatile boolean isCompleted;

    /** Runs inside onSubscribe, and inside onNext. */
    volatile Consumer<Flow.Subscription> onSubscribe = given -> {};

    volatile Consumer<T> onNext = given -> {};

    private volatile boolean isInUse;

    @Override
    public void onSubscribe(Flow.Subscription given) {
        enter();
        subscription = given;
        onSubscribe.accept(given);
        isInUse = false;
    }

    @Override
    public void onNext(T item) {
        enter();
        seen.add(item);
        try {
            onNext.accept(item);
        } finally {
            isInUse = false;
        }
    }

    @Override
    public void onError(Throwable thrown) {
        enter();
        failure = thrown;
        isInUse = false;
        isOver.countDown();
    }

    @Override
    public void onComplete() {
        enter();
        isCompleted = true;
        isInUse = false;
        isOver.countDown();
    }

    private void enter() {
        if (isInUse) {
            throw new AssertionError("two signals at a time");
        }
        if (failure != null || isCompleted) {
            throw new AssertionError("a signal after the last");
        }
        isInUse = true;
    }

    ScriptedSubscriber<T> request(long n) {
        subscription.request(n);
        return this;
    }

    void awaitEnd() throws InterruptedException {
        if (!isOver.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("neither completed nor failed");
        }
    }
}
