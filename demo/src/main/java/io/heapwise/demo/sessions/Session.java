package io.heapwise.demo.sessions;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;

/** A session with a slow peer, and the buffer that goes with it. Invariant: one request at a time, or {@link #talk} throws. */
final class Session {
    static final int BUFFER_BYTES = 1 << 20;

    private static final long TALK_MILLIS = 2;
    private static final int REQUEST_BYTES = 32 << 10;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final AtomicBoolean isTalking = new AtomicBoolean();
    private final SessionMaker maker;

    Session(SessionMaker maker) {
        this.maker = maker;
    }

    /** Sends a request and waits for the answer; what it needs beside the session's buffer is garbage afterwards. */
    long talk(long request) throws InterruptedException {
        if (!isTalking.compareAndSet(false, true)) {
            throw new IllegalStateException("request=" + request + ": the session has another user (expected none)");
        }
        byte[] message = new byte[REQUEST_BYTES];
        message[(int) (request & (REQUEST_BYTES - 1))] = 1;
        System.arraycopy(message, 0, buffer, 0, REQUEST_BYTES);
        Thread.sleep(TALK_MILLIS);
        CRC32 sum = new CRC32();
        sum.update(buffer, 0, REQUEST_BYTES);
        isTalking.set(false);
        return sum.getValue();
    }

    void end() {
        maker.ended();
    }
}
