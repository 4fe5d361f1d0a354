package io.heapwise.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Brings pages from a walk to its reader, and walks ahead. Invariant: one thread at a time is on the walk, and what has arrived and what is
 * on its way are together at most {@code depth} pages, those on loan to the reader not counted.
 *
 * <p>For one reader; {@link #close} by any thread.
 */
final class PageFeed<T, P> implements AutoCloseable {
    /*
     * Fetching ahead begins when a page is handed out, and takes one task a page: so a reader that is dropped leaves no thread behind, only
     * the fetch that runs. There is never more than one task, since who has not got a page does not know which one follows.
     *
     * A task that has not begun is worth nothing to a reader that waits: that one takes the walk back and fetches by itself. So it does not
     * matter whether the executor is busy, refuses, or is the one that the reader itself keeps busy, which would otherwise wait for ever.
     */
    private final PageWalk<T, P> walk;
    private final int depth;
    private final Executor executor;
    private final CountDownLatch closed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();

    // Guarded by the lock.
    private final Deque<Arrival<T, P>> arrivals = new ArrayDeque<>();
    private @Nullable Runnable ordered;
    private @Nullable Thread walker;
    private boolean isLastHere;

    PageFeed(PageWalk<T, P> walk, int depth, Executor executor, CountDownLatch closed) {
        this.walk = walk;
        this.depth = depth;
        this.executor = executor;
        this.closed = closed;
    }

    /**
     * Waits for what comes next. Not to be called again once that was the last.
     *
     * @throws CancellationException when it is closed
     * @throws InterruptedException when the thread is interrupted while another one fetches the page
     */
    Arrival<T, P> next() throws InterruptedException {
        Arrival<T, P> arrival = takeOrSetOut();
        if (arrival == null) {
            arrival = walk.next();
            comeBack(arrival, false);
        }
        orderAhead();
        return arrival;
    }

    /** What has arrived, or null: then the walk is this thread's. */
    private @Nullable Arrival<T, P> takeOrSetOut() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                requireOpen();
                Arrival<T, P> arrival = arrivals.poll();
                if (arrival != null) {
                    return arrival;
                }
                if (walker == null) {
                    ordered = null;
                    walker = Thread.currentThread();
                    return null;
                }
                arrived.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void comeBack(Arrival<T, P> arrival, boolean isAhead) {
        lock.lock();
        try {
            walker = null;
            isLastHere |= arrival.isLast();
            if (!isAhead) {
                requireOpen();
            } else if (closed.getCount() > 0) {
                arrivals.add(arrival);
                arrived.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void orderAhead() {
        if (depth == 0) {
            return;
        }
        Ahead order = new Ahead();
        lock.lock();
        try {
            if (isLastHere || ordered != null || walker != null || arrivals.size() >= depth || closed.getCount() == 0) {
                return;
            }
            ordered = order;
        } finally {
            lock.unlock();
        }
        try {
            executor.execute(order);
        } catch (RejectedExecutionException full) {
            // Nothing is lost: the reader will fetch the page itself.
            lock.lock();
            try {
                if (ordered == order) {
                    ordered = null;
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Refuses a fetch that asks for what it is to fetch: it would wait for itself. */
    void requireNotWalking() {
        lock.lock();
        try {
            if (walker == Thread.currentThread()) {
                throw new IllegalStateException("a page is asked for by the fetch of a page (expected another thread): "
                        + "fetch from the service, not from the iterator");
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed.getCount() == 0) {
            throw new CancellationException(
                    "iterator is closed (expected open until its reader has ended): what was read is not all there is");
        }
    }

    /** Drops what has arrived and what will, and wakes the reader. Interrupts nobody. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed.countDown();
            arrivals.clear();
            ordered = null;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        lock.lock();
        try {
            int onTheirWay = (ordered == null ? 0 : 1) + (walker == null ? 0 : 1);
            if (onTheirWay > 1
                    || arrivals.size() + onTheirWay > Math.max(1, depth)
                    || (depth == 0 && !arrivals.isEmpty())) {
                throw new AssertionError(
                        "arrived=" + arrivals.size() + ", on their way=" + onTheirWay + ", depth=" + depth);
            }
            if (closed.getCount() == 0 && (!arrivals.isEmpty() || ordered != null)) {
                throw new AssertionError("closed, but arrived=" + arrivals.size() + ", ordered=" + ordered);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Fetches one page ahead, unless the reader has taken that over or is gone. */
    private final class Ahead implements Runnable {
        @Override
        public void run() {
            lock.lock();
            try {
                if (ordered != this) {
                    return;
                }
                ordered = null;
                walker = Thread.currentThread();
            } finally {
                lock.unlock();
            }
            comeBack(walk.next(), true);
            orderAhead();
        }
    }
}
