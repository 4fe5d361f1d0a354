package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one lease alone, with guards before and behind it, for paranoid mode. Invariant: a guard is what it was filled with, and once the lease has ended so are
 * its bytes, unless somebody has written where he must not.
 */
final class Guarded extends Loose {
    /** Behind the lease. Before it as many, or more, so that it begins at its alignment. */
    static final int GUARD_BYTES = 64;

    /** Each byte is another, so that bytes of a guard that are moved by some are noticed. */
    private static final byte[] FENCE = new byte[GUARD_BYTES];

    /** What is in memory that nobody has written to: no zeros, for those who count on them. */
    private static final byte[] FRESH = filled(0xCD);

    /** What is in memory whose lease has ended. */
    private static final byte[] DEAD = filled(0xDD);

    private static final int MOST_SHOWN = 16;

    static {
        for (int i = 0; i < FENCE.length; i++) {
            FENCE[i] = (byte) (0xC0 + i);
        }
    }

    /** Where its lease was taken, or was closed last, for messages. Of whoever has it now: the lease, or the quarantine. */
    private @Nullable Throwable history;

    Guarded(
            MemorySource.Memory source,
            @Nullable Reservation reservation,
            LooseLeases leases,
            int guardBytes,
            int leasedBytes) {
        super(source, reservation, leases, guardBytes, leasedBytes);
        fence();
        fill(offsetOf(0), slotBytes(), FRESH);
    }

    private void fence() {
        fill(0, offsetOf(0), FENCE);
        fill(offsetOf(0) + slotBytes(), GUARD_BYTES, FENCE);
    }

    private static byte[] filled(int value) {
        byte[] bytes = new byte[4 << 10];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** How many bytes are before a lease. */
    static int guardBytes(int alignment) {
        return Math.max(GUARD_BYTES, alignment);
    }

    /** It is not clean, though nobody has had it. */
    @Override
    public boolean markUsed(int slot) {
        return false;
    }

    @Override
    public void release(int slot) {
        if (overrun() != null) {
            leases().damaged();
            fence(); // what comes from now on comes after the end
        }
        fill(offsetOf(0), slotBytes(), DEAD);
        if (isThereWhenFreed()) {
            ended();
            leases().keep(this);
        } else {
            super.release(slot); // whoever uses it is told by the JDK from now on
        }
    }

    void note(Throwable place) {
        history = place;
    }

    @Nullable Throwable history() {
        return history;
    }

    // ---- looking for damage ----------------------------------------------------------------------------------------

    /** For messages: what was written outside the lease; null if nothing was. */
    @Nullable String overrun() {
        int first = changedGuard();
        return first < 0
                ? null
                : "a lease of bytes=" + slotBytes() + " was written outside: " + shown(first) + " (expected 0 to "
                        + (slotBytes() - 1)
                        + "): look for native code, or for who has the array behind a view, and wrote too much";
    }

    /** For messages: what was written after the lease had ended; null if nothing was. */
    @Nullable String lateWrite() {
        int changed = changed(offsetOf(0), slotBytes(), DEAD);
        int first = changed >= 0 ? changed : changedGuard();
        return first < 0
                ? null
                : "a lease of bytes=" + slotBytes() + " was written to after its end: " + shown(first)
                        + " (expected dd, or a guard outside of it): do not use a view of a lease that is closed";
    }

    private int changedGuard() {
        int first = changed(0, offsetOf(0), FENCE);
        return first >= 0 ? first : changed(offsetOf(0) + slotBytes(), GUARD_BYTES, FENCE);
    }

    /** The index of the first byte that is not what it was filled with; -1 if there is none. */
    private int changed(int from, int length, byte[] filling) {
        for (int done = 0; done < length; done += filling.length) {
            int count = Math.min(filling.length, length - done);
            int at = memory().slice(from + done, count).mismatch(ByteBuffer.wrap(filling, 0, count));
            if (at >= 0) {
                return from + done + at;
            }
        }
        return -1;
    }

    private void fill(int from, int length, byte[] filling) {
        for (int done = 0; done < length; done += filling.length) {
            memory().put(from + done, filling, 0, Math.min(filling.length, length - done));
        }
    }

    private String shown(int first) {
        byte[] bytes = new byte[Math.min(MOST_SHOWN, heldBytes() - first)];
        memory().get(first, bytes);
        return "from offset=" + (first - offsetOf(0)) + " on there is "
                + HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    @Override
    public String toString() {
        return "Guarded[" + slotBytes() + " B]";
    }
}
