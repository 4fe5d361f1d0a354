package io.heapwise.benchmarks.pools;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/**
 * From the thread that borrows to the one that gives back. Invariant: holds two objects fewer than the pool has, so that who borrows
 * never waits for the pool.
 */
@State(Scope.Benchmark)
public class HandOver {
    private AtomicReferenceArray<Object> ring;
    private int puts;
    private int takes;

    @Setup
    public void fit(Lending lending) {
        if (lending.size < 3) {
            throw new IllegalArgumentException(
                    "size=" + lending.size + " (expected >= 3): one is with each thread, and one between them");
        }
        ring = new AtomicReferenceArray<>(Integer.highestOneBit(lending.size - 2));
    }

    /** Whether it was put; if not, the measurement ends. */
    boolean awaitRoom(Control control) {
        while (ring.getAcquire(puts & (ring.length() - 1)) != null) {
            if (control.stopMeasurement) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    void put(Object borrowed) {
        ring.setRelease(puts++ & (ring.length() - 1), borrowed);
    }

    /** Null if the measurement ends. */
    Object take(Control control) {
        int at = takes & (ring.length() - 1);
        Object borrowed = ring.getAcquire(at);
        while (borrowed == null) {
            if (control.stopMeasurement) {
                return null;
            }
            Thread.onSpinWait();
            borrowed = ring.getAcquire(at);
        }
        ring.setRelease(at, null);
        takes++;
        return borrowed;
    }
}
