package io.heapwise.buffers.internal;

import org.jspecify.annotations.Nullable;

/** What has to be done when a lease ends, the same for all of an allocator. Invariant: done once for each lease, by whoever ended it. */
public class Tenure {
    private static final byte[] ZEROS = new byte[4 << 10];

    private final Leasing leasing;
    private final @Nullable Account account;
    private final boolean isZeroing;

    /**
     * The end of leases.
     *
     * @param leasing where they come from
     * @param account what they are charged to, if anything
     * @param isZeroing whether nobody may see what was in them
     */
    Tenure(Leasing leasing, @Nullable Account account, boolean isZeroing) {
        this.leasing = leasing;
        this.account = account;
        this.isZeroing = isZeroing;
    }

    /** Gives a slot back. */
    public void end(Block block, int slot) {
        giveBack(block, slot);
    }

    /** Gives back a slot that a lease has been moved from, or was not moved to: the lease goes on. */
    public final void giveBack(Block block, int slot) {
        if (isZeroing) {
            zero(block, slot, block.slotBytes());
        }
        block.release(slot);
        if (account != null) {
            account.discharge(block.slotBytes()); // not before: till then the bytes are in use
        }
    }

    /** Somebody else than the lease will end it: leaks are found by that from now on. */
    public void shared(Object core) {}

    /** The lease has moved to another slot, and {@link #end} will get that. */
    public void moved(Block block, int slot) {}

    /** The lease is about to move, and nothing has been done for that yet. */
    public void moving(Block block) {}

    /** One of several owners ends. */
    public void left(Object owner) {}

    /** A lease, or one of several owners, is closed that was closed. */
    public void closedAgain(Object owner) {
        leasing.closedTwice();
    }

    /** Where a lease, or one of several owners, was closed; null if that is not known. */
    public @Nullable Throwable whereClosed(Object owner) {
        return null;
    }

    /** Where the lease comes from. */
    public final Leasing leasing() {
        return leasing;
    }

    @Nullable Account account() {
        return account;
    }

    boolean isZeroing() {
        return isZeroing;
    }

    /** Clears the first bytes of a slot. */
    public static void zero(Block block, int slot, int bytes) {
        int from = block.offsetOf(slot);
        for (int done = 0; done < bytes; done += ZEROS.length) {
            block.memory().put(from + done, ZEROS, 0, Math.min(ZEROS.length, bytes - done));
        }
    }
}
