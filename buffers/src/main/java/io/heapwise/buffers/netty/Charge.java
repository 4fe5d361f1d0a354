package io.heapwise.buffers.netty;

import io.heapwise.buffers.internal.Account;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * What is charged for a buffer. Invariant: {@code bytes} are charged, unless {@code account} is null; they are taken back
 * once, by the last release, or by whoever found the buffer dropped.
 *
 * <p>Not known to the buffer's users, so it can be kept by who watches for that. For one thread at a time, as its buffer.
 */
final class Charge {
    private final LentBytes lent;
    private ByteBuf within = Unpooled.EMPTY_BUFFER;
    private @Nullable Account account;
    private int bytes;

    /** For nothing yet; counted there once it is. */
    Charge(LentBytes lent) {
        this.lent = lent;
    }

    /**
     * From now on it is for a buffer, for which it has been made. Does not throw.
     *
     * @param buffer what it is for
     * @param capacity of the buffer
     * @param charged null if the buffer fell back to the heap
     */
    void begin(ByteBuf buffer, int capacity, @Nullable Account charged) {
        within = buffer;
        bytes = capacity;
        account = charged;
        lent.add(buffer, capacity);
    }

    ByteBuf within() {
        return within;
    }

    @Nullable Account account() {
        return account;
    }

    int bytes() {
        return bytes;
    }

    /** The buffer within has another capacity, for which what is more has been charged; what is less is given back. */
    void resized(int now) {
        if (account != null && now < bytes) {
            account.discharge(bytes - now);
        }
        lent.add(within, now - bytes);
        bytes = now;
    }

    /** The bytes have gone to another buffer, for which nothing is charged. */
    void movedTo(ByteBuf fallback) {
        end();
        begin(fallback, fallback.capacity(), null);
    }

    /** Gives the buffer back, and what was charged for it. */
    void end() {
        lent.add(within, -bytes);
        boolean unused = within.release();
        if (account != null) {
            account.discharge(bytes); // not before: till then the bytes are in use
        }
    }
}
