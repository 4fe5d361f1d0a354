package io.heapwise.cache.internal;

import java.util.concurrent.CountDownLatch;

/** What one thread does for a key while others wait for it. Invariant: it lands once, and then its latch is open. */
public abstract class Landing {
    /** Of whatever is done. */
    public final Object key;

    /** Who does it. */
    public final Thread owner = Thread.currentThread();

    /** Begins on the calling thread. */
    protected Landing(Object key) {
        this.key = key;
    }

    /** Whether it is over. */
    public abstract boolean isLanded();

    /** Opens when it is over. */
    protected abstract CountDownLatch latch();

    /** Waits for the landing. An interrupt does not end the wait; it is there again afterwards. */
    final void awaitLanding() {
        CountDownLatch latch = latch();
        boolean isInterrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
