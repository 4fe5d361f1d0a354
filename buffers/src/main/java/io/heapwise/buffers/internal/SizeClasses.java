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

    /*
     * How large is a slab? The more slots it has, the more likely one of them has a lease that lives long, and keeps the others from all other classes: if
     * three of a hundred live on, most slabs of 64 slots are kept, and few of seven. The fewer it has, the more often the current one is full: what that
     * costs, and what it gains, is in decision 033.
     */
    /** A slab has so many slots at least, up to slots of {@value #SMALL_BYTES} bytes. */
    private static final int LEAST_SLOTS = 7;

    private static final int SMALL_BYTES = 12 << 10;
    private static final int LEAST_LARGE_SLOTS = 2;

    /** A slab has so many bytes at least: about 350 of the heap describe it. */
    private static final int LEAST_SLAB_BYTES = 8 << 10;

    /** Of slots of up to {@value #TINY_BYTES} bytes, each of which has two bits besides. */
    private static final int LEAST_TINY_SLAB_BYTES = 16 << 10;

    private static final int TINY_BYTES = 128;

    private static final int GRANULE_SHIFT = 4;
    private static final int LEAST_WITH_HEADER = 256;

    private final int[] slotBytes;
    private final int[] slices;
    private final byte[] classOf = new byte[(LARGEST >> GRANULE_SHIFT) + 1];

    /** Classes that are multiples of {@code alignment}, a power of two. */
    SizeClasses(int alignment) {
        this.slotBytes = sizes(alignment);
        this.slices = Arrays.stream(slotBytes).map(SizeClasses::slicesFor).toArray();
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

    /** How many slices a slab of the class has. */
    int slices(int sizeClass) {
        return slices[sizeClass];
    }

    /** As few as have slots enough, are not too little for what describes them, and waste no more than a sixteenth. */
    private static int slicesFor(int slotBytes) {
        int leastSlots = slotBytes <= SMALL_BYTES ? LEAST_SLOTS : LEAST_LARGE_SLOTS;
        int leastBytes = slotBytes <= TINY_BYTES ? LEAST_TINY_SLAB_BYTES : LEAST_SLAB_BYTES;
        for (int slices = 1; ; slices++) {
            int bytes = slices << Region.SLICE_SHIFT;
            if (bytes >= leastBytes && bytes / slotBytes >= leastSlots && bytes % slotBytes <= bytes / 16) {
                return slices;
            }
        }
    }
}
