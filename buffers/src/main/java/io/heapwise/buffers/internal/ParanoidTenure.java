package io.heapwise.buffers.internal;

import io.heapwise.memory.LeakTracker;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The end of one lease in paranoid mode, of which is known where it was taken and where each of its owners was closed. Invariant: nobody closes twice, and nobody
 * writes outside the lease, without being told; and the memory goes back all the same.
 */
final class ParanoidTenure extends TrackedTenure {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.buffers");

    /** Weak: an owner that was closed must not keep those that are open from being found dropped. */
    private final Map<Object, Throwable> closings = Collections.synchronizedMap(new WeakHashMap<>());

    private volatile @Nullable Throwable ending;

    private ParanoidTenure(Tenure others, Set<TrackedTenure> open, @Nullable LeakTracker tracker) {
        super(others, open, tracker);
    }

    /** Begins with a lease that its user does not have yet; the tracker is null if it need not be found when it is dropped. */
    static ParanoidTenure of(
            Tenure others,
            Object lease,
            Block block,
            int slot,
            @Nullable LeakTracker tracker,
            Set<TrackedTenure> open) {
        ParanoidTenure own = new ParanoidTenure(others, open, tracker);
        ((Guarded) block).note(own.taken);
        own.begin(lease, block, slot);
        return own;
    }

    private Throwable place(String what) {
        return new Throwable(what + " here by thread " + Thread.currentThread().getName(), taken);
    }

    // ---- what was written where it must not be ---------------------------------------------------------------------

    @Override
    public void moving(Block block) {
        String written = ((Guarded) block).overrun();
        if (written != null) {
            throw new IllegalStateException(written, taken);
        }
    }

    @Override
    public void moved(Block block, int slot) {
        Block before = block();
        super.moved(block, slot);
        ((Guarded) block).note(taken);
        if (before != null) {
            ((Guarded) before).note(place("moved to other memory"));
        }
    }

    @Override
    public void end(Block block, int slot) {
        String written = null;
        try {
            Guarded guarded = (Guarded) block;
            Throwable here = place("closed");
            ending = here;
            guarded.note(here);
            written = guarded.overrun();
        } finally {
            super.end(block, slot);
        }
        if (written != null) {
            throw new IllegalStateException(written, ending);
        }
    }

    @Override
    boolean dropped() {
        Block block = block();
        String written = block == null ? null : ((Guarded) block).overrun();
        boolean isFreed = super.dropped();
        if (isFreed && written != null) {
            LOGGER.log(Level.WARNING, written, taken);
        }
        return isFreed;
    }

    // ---- who closes again ------------------------------------------------------------------------------------------

    @Override
    public void left(Object owner) {
        closings.put(owner, place("closed"));
    }

    @Override
    public @Nullable Throwable whereClosed(Object owner) {
        Throwable own = closings.get(owner);
        return own != null ? own : ending;
    }

    @Override
    public void closedAgain(Object owner) {
        super.closedAgain(owner);
        Throwable first = whereClosed(owner); // null while another closes it at this moment
        throw new IllegalStateException(
                "the lease is closed already (expected open): let the one who has it last close it, once",
                first == null ? taken : first);
    }
}
