package io.heapwise.demo.sessions;

import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicLong;

/** Makes sessions: each takes a while, and the peer refuses one in {@value #REFUSED_ONE_IN}. Thread-safe. */
final class SessionMaker {
    static final long MAKING_MILLIS = 20;
    static final int REFUSED_ONE_IN = 5;

    private final AtomicLong attempts = new AtomicLong();
    private final AtomicLong alive = new AtomicLong();

    Session make() throws ConnectException, InterruptedIOException {
        try {
            Thread.sleep(MAKING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while connecting");
        }
        if (attempts.incrementAndGet() % REFUSED_ONE_IN == 0) {
            throw new ConnectException("the peer refused");
        }
        alive.incrementAndGet();
        return new Session(this);
    }

    void ended() {
        alive.decrementAndGet();
    }

    /** How many were made and not ended. */
    long alive() {
        return alive.get();
    }
}
