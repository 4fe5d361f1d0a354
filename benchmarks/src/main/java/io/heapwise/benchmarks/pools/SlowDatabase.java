package io.heapwise.benchmarks.pools;

import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;

/** The stub, to which it takes {@value #CONNECT_MILLIS} milliseconds to connect. Invariant: {@code OPENED} counts all that began to. */
public final class SlowDatabase extends StubDatabase {
    static final int CONNECT_MILLIS = 150;
    static final AtomicInteger OPENED = new AtomicInteger();

    @Override
    public Connection getConnection() {
        OPENED.incrementAndGet();
        try {
            Thread.sleep(CONNECT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return super.getConnection();
    }
}
