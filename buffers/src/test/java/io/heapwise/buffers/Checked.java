package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

/** Helpers of the tests: leases that are filled, and the laws that hold at the end of each test. */
final class Checked {
    private Checked() {}

    /** Fills all bytes with what only this lease has. */
    static void fill(PooledBuffer lease, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int at = 0;
        for (; at <= lease.capacity() - Long.BYTES; at += Long.BYTES) {
            lease.putLong(at, random.nextLong());
        }
        for (; at < lease.capacity(); at++) {
            lease.put(at, (byte) random.nextInt());
        }
    }

    /** Throws unless all bytes up to a length are what {@link #fill} wrote into a lease of that length. */
    static void requireFilled(PooledBuffer lease, int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES) {
            if (lease.getLong(at) != random.nextLong()) {
                throw new AssertionError("another has written into " + lease + " at " + at);
            }
        }
        for (; at < length; at++) {
            if (lease.get(at) != (byte) random.nextInt()) {
                throw new AssertionError("another has written into " + lease + " at " + at);
            }
        }
    }

    /** All has come back, nothing is lost, and the system gets all of it. */
    static void requireAllBack(BufferAllocator buffers) {
        buffers.checkIntegrity();
        assertThat(buffers.stats().leases()).isZero();
        assertThat(buffers.stats().leasedBytes()).isZero();
        assertThat(buffers.stats().fallbackBytes()).isZero();
        buffers.trim();
        buffers.checkIntegrity();
        assertThat(buffers.stats().heldBytes()).isZero();
        buffers.close();
    }
}
