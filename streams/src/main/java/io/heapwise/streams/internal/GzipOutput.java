package io.heapwise.streams.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Packs what goes to another output. Invariant: the trailer that makes a member whole is written by {@link #commit} and by nothing else, so that
 * what was given up can never be taken for all there was.
 */
public final class GzipOutput implements ByteOutput {
    private static final int BUFFER_BYTES = 16 << 10;

    private final ByteOutput out;
    private final Packer packer;

    /**
     * Packs; writes the header at once.
     *
     * @param out where packed bytes go; is closed if that fails
     */
    public GzipOutput(ByteOutput out) throws IOException {
        this.out = out;
        try {
            packer = new Packer(new OutputStream() {
                @Override
                public void write(int single) throws IOException {
                    write(new byte[] {(byte) single}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }
            });
        } catch (Throwable failure) {
            try {
                out.close();
            } catch (Throwable closing) {
                failure.addSuppressed(closing);
            }
            throw failure;
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        packer.write(bytes, from, length);
    }

    @Override
    public void commit() throws IOException {
        packer.finish();
        out.commit();
    }

    @Override
    public void close() throws IOException {
        try {
            packer.end();
        } finally {
            out.close();
        }
    }

    /** One whose memory outside the heap can be released without finishing: closing it would write the trailer. */
    private static final class Packer extends GZIPOutputStream {
        Packer(OutputStream packed) throws IOException {
            super(packed, BUFFER_BYTES);
        }

        void end() {
            def.end();
        }
    }
}
