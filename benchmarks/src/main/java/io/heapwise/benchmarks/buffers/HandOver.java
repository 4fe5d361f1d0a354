package io.heapwise.benchmarks.buffers;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/**
 * From the one thread that allocates to the one that releases. Invariant: a slot that is null is the first one's to fill, any
 * other the second one's to empty.
 */
@State(Scope.Group)
public class HandOver {
    private static final int SLOTS = 256;

    @Param({"256", "8192"})
    int bytes;

    private final AtomicReferenceArray<Object> ring = new AtomicReferenceArray<>(SLOTS);
    private Subject subject;
    private int puts;
    private int takes;

    @Setup
    public void open(Lending lending) {
        subject = lending.subject();
        lending.beforeClose(this::drain);
    }

    /** What nobody released. */
    private void drain() {
        for (int slot = 0; slot < SLOTS; slot++) {
            Object buffer = ring.getAndSet(slot, null);
            if (buffer != null) {
                subject.release(buffer);
            }
        }
    }

    /** Waits for a free slot first, unless the measurement ends. */
    void allocate(Control control) {
        int slot = puts & (SLOTS - 1);
        while (ring.getAcquire(slot) != null) {
            if (control.stopMeasurement) {
                return;
            }
            Thread.onSpinWait();
        }
        Object buffer = subject.allocate(bytes);
        subject.write(buffer, 0);
        ring.setRelease(slot, buffer);
        puts++;
    }

    /** Waits for a buffer first, unless the measurement ends. */
    void release(Control control) {
        int slot = takes & (SLOTS - 1);
        Object buffer = ring.getAcquire(slot);
        while (buffer == null) {
            if (control.stopMeasurement) {
                return;
            }
            Thread.onSpinWait();
            buffer = ring.getAcquire(slot);
        }
        ring.setRelease(slot, null);
        takes++;
        subject.release(buffer);
    }
}
