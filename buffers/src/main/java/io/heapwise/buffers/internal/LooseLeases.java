package io.heapwise.buffers.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Leases that have memory of their own. Invariant: {@code count} and {@code bytes} are of those that are open; in paranoid mode each has guards, and what has ended may be
 * kept in quarantine.
 *
 * <p>Thread-safe; two atomic additions a lease each way, beside what the system takes for the memory.
 */
final class LooseLeases {
    private final RegionStore store;
    private final AwaitedMemory awaited;
    /** Null unless in paranoid mode. */
    private final @Nullable Quarantine quarantine;

    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong sequence = new AtomicLong();
    private volatile boolean isClosed;

    LooseLeases(RegionStore store, AwaitedMemory awaited, boolean isGuarding) {
        this.store = store;
        this.awaited = awaited;
        this.quarantine = isGuarding ? new Quarantine(store) : null;
    }

    /** Takes memory for a lease; null if the budget does not allow it. */
    @Nullable Loose take(int wanted) {
        Loose loose = isGuarding() ? store.takeGuarded(wanted, this) : store.takeLoose(wanted, this);
        if (loose != null) {
            bytes.addAndGet(loose.heldBytes());
            count.incrementAndGet();
        }
        return loose;
    }

    /** Counts what is taken, to choose some of them. */
    long nextSequence() {
        return sequence.incrementAndGet();
    }

    /** A lease has ended, and its memory goes back. */
    void released(Loose loose) {
        ended(loose.heldBytes());
        store.free(loose);
        awaited.released();
    }

    /** The collector has found one whose lease was dropped, and it has been freed. */
    void dropped(int heldBytes) {
        ended(heldBytes);
        store.dropped(heldBytes);
        awaited.released();
    }

    private void ended(int heldBytes) {
        bytes.addAndGet(-heldBytes);
        count.decrementAndGet();
    }

    // ---- paranoid mode ---------------------------------------------------------------------------------------------

    /** Whether it puts guards around each lease. */
    boolean isGuarding() {
        return quarantine != null;
    }

    /** A lease has ended, and its memory is kept for a while, to see who writes to it. */
    void keep(Guarded block) {
        ended(block.heldBytes());
        quarantineThere().add(block);
        if (isClosed) {
            emptyQuarantine();
        }
        awaited.released();
    }

    /** Counts a lease that was found to have been written outside. */
    void damaged() {
        quarantineThere().damaged();
    }

    private Quarantine quarantineThere() {
        Quarantine known = quarantine;
        if (known == null) {
            throw new AssertionError("memory with guards is of leases that have none");
        }
        return known;
    }

    /** Frees what is kept. */
    void emptyQuarantine() {
        if (quarantine != null) {
            quarantine.empty();
        }
    }

    /** How often memory was found written to by who should not have done so. */
    long damages() {
        return quarantine == null ? 0 : quarantine.damages();
    }

    /** Keeps nothing any more. */
    void close() {
        isClosed = true; // before: who keeps something afterwards finds it set
        emptyQuarantine();
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    void addTo(Census census) {
        census.add(count.get(), bytes.get());
    }

    /** Bytes taken from the system, leased and kept. */
    long heldBytes() {
        return bytes.get() + (quarantine == null ? 0 : quarantine.bytes());
    }
}
