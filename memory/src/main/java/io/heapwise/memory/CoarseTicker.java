package io.heapwise.memory;

import io.heapwise.memory.internal.SharedClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Time as one field read. Invariant: the shared clock thread writes the field while at least one handle is open, and
 * only then.
 *
 * <p>A handle that was closed still tells the time, from {@link System#nanoTime()}. The reading may be late by the
 * resolution, by more on an overloaded machine, and it does not order other memory accesses.
 *
 * @since 0.1.0
 */
public final class CoarseTicker implements Ticker, AutoCloseable {
    /** How often the field is written: 10 ms, below what a person or a time-out of a service can tell. */
    public static final long RESOLUTION_NANOS = 10_000_000L;

    private static final Shared SHARED = new Shared();

    private boolean closed;

    private CoarseTicker() {}

    static CoarseTicker open() {
        SHARED.retain();
        return new CoarseTicker();
    }

    @Override
    public long nanos() {
        // A stale "open" is harmless: the field is then late by as much as the closing was unseen.
        return closed ? System.nanoTime() : SHARED.readOpaque();
    }

    /** Lets the clock thread go when this was the last handle. Closing twice is harmless. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        SHARED.release();
    }

    /** The field and the count of its readers. Invariant: driven exactly while {@code handles > 0}. */
    private static final class Shared {
        private static final VarHandle NANOS;

        static {
            try {
                NANOS = MethodHandles.lookup().findVarHandle(Shared.class, "nanos", long.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        @SuppressWarnings("unused") // through NANOS
        private long nanos;

        private int handles;
        private Subscription driver = Subscription.none();

        synchronized void retain() {
            if (handles == 0) {
                writeOpaque();
                driver = SharedClock.every(RESOLUTION_NANOS, this::writeOpaque);
            }
            handles++;
        }

        synchronized void release() {
            handles--;
            if (handles == 0) {
                driver.close();
            }
        }

        long readOpaque() {
            return (long) NANOS.getOpaque(this);
        }

        private void writeOpaque() {
            NANOS.setOpaque(this, System.nanoTime());
        }
    }
}
