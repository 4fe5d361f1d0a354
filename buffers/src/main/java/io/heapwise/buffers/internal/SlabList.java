package io.heapwise.buffers.internal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Slabs of a class that have free slots and that nobody takes slots of. Invariant: a slab that is {@linkplain Slab#LISTED listed} has one place here,
 * and who {@link #poll polls} it has it alone.
 *
 * <p>Thread-safe and lock-free, first come first served. A slab that retires leaves an empty place, so that the list does not keep its memory.
 */
final class SlabList {
    private final ConcurrentLinkedQueue<AtomicReference<@Nullable Slab>> places = new ConcurrentLinkedQueue<>();

    void add(AtomicReference<@Nullable Slab> place) {
        places.add(place);
    }

    /** Takes the first out, whose slots the caller may take then, and which he must make current or give up; null if there is none. */
    @Nullable Slab poll() {
        while (true) {
            AtomicReference<@Nullable Slab> place = places.poll();
            if (place == null) {
                return null;
            }
            Slab slab = place.get();
            if (slab != null && slab.unlist()) {
                return slab; // else it has retired meanwhile, or is in the list twice
            }
        }
    }

    /** Drops empty places. */
    void forgetRetired() {
        places.removeIf(place -> {
            Slab slab = place.get();
            return slab == null || slab.isRetired();
        });
    }
}
