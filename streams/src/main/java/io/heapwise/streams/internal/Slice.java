package io.heapwise.streams.internal;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A part of an array as a channel wants it. Invariant: one object for an array, however often that is read into. */
public final class Slice {
    private byte @Nullable [] array;
    private @Nullable ByteBuffer buffer;

    /**
     * A part of an array, no longer than {@link ByteInput#SLICE_BYTES}.
     *
     * @return valid until the next call
     */
    public ByteBuffer of(byte[] into, int from, int length) {
        ByteBuffer slice = buffer;
        if (slice == null || array != into) {
            slice = ByteBuffer.wrap(into);
            array = into;
            buffer = slice;
        }
        return slice.limit(from + Math.min(length, ByteInput.SLICE_BYTES)).position(from);
    }
}
