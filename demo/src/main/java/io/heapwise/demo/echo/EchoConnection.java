package io.heapwise.demo.echo;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * One who is echoed: a length of four bytes, then so many bytes, again and again. Invariant: it has memory from the length of a request until all of the answer has
 * been written, or it ends; the next request is not read before. For one thread.
 */
final class EchoConnection<C extends ScatteringByteChannel & GatheringByteChannel> {
    static final int MOST_BYTES = 64 << 10;

    private final C channel;
    private final RequestMemory memory;
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    private RequestMemory.@Nullable Held request;
    private boolean isAnswering;

    EchoConnection(C channel, RequestMemory memory) {
        this.channel = channel;
        this.memory = memory;
    }

    /**
     * Goes on as far as the channel does.
     *
     * @return what to wait for, of {@link SelectionKey}
     * @throws EOFException when the other side has ended
     * @throws ProtocolException when a length makes no sense
     */
    int goOn() throws IOException {
        while (true) {
            if (request == null) {
                if (!fill(length)) {
                    return SelectionKey.OP_READ;
                }
                request = memory.take(checked(length.getInt(0)));
            }
            ByteBuffer bytes = request.bytes();
            if (!isAnswering) {
                if (!fill(bytes)) {
                    return SelectionKey.OP_READ;
                }
                length.flip();
                bytes.flip();
                isAnswering = true;
            }
            long unused = channel.write(new ByteBuffer[] {length, bytes});
            if (length.hasRemaining() || bytes.hasRemaining()) {
                return SelectionKey.OP_WRITE;
            }
            next();
        }
    }

    private boolean fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            int count = channel.read(target);
            if (count < 0) {
                throw new EOFException("the other side has ended");
            }
            if (count == 0) {
                return false;
            }
        }
        return true;
    }

    private static int checked(int bytes) throws ProtocolException {
        if (bytes < 0 || bytes > MOST_BYTES) {
            throw new ProtocolException("length=" + bytes + " (expected 0 to " + MOST_BYTES + "): send less at a time");
        }
        return bytes;
    }

    private void next() {
        giveBack();
        length.clear();
        isAnswering = false;
    }

    private void giveBack() {
        RequestMemory.Held held = request;
        request = null;
        if (held != null) {
            held.close();
        }
    }

    /** Gives back what it has; the channel is closed first, so that nobody uses that any more. */
    void end() throws IOException {
        try {
            channel.close();
        } finally {
            giveBack();
        }
    }
}
