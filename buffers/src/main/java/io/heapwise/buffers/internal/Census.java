package io.heapwise.buffers.internal;

import java.util.SortedMap;
import java.util.TreeMap;

/** What is leased at about one moment. Invariant: {@code leasedBytes} is the sum of the slots counted. */
public final class Census {
    private final SortedMap<Integer, Integer> leasesBySlotBytes = new TreeMap<>();
    private long leases;
    private long leasedBytes;
    private long looseLeases;
    private long looseBytes;
    private long slabBytes;
    private long metadataBytes;

    void add(int loose, long bytes) {
        looseLeases = loose;
        looseBytes = bytes;
    }

    void add(Slab slab) {
        int taken = slab.slots() - slab.freeSlots();
        slabBytes += (long) slab.sliceCount << Region.SLICE_SHIFT;
        metadataBytes += slab.metadataBytes();
        if (taken > 0) {
            leases += taken;
            leasedBytes += (long) taken * slab.slotBytes();
            leasesBySlotBytes.merge(slab.slotBytes(), taken, Integer::sum);
        }
    }

    /** How many leases there are. */
    public long leases() {
        return leases + looseLeases;
    }

    /** The bytes of their slots. */
    public long leasedBytes() {
        return leasedBytes + looseBytes;
    }

    /** Bytes of slabs, whether or not their slots are in use. */
    public long slabBytes() {
        return slabBytes;
    }

    /** Bytes of the arrays that describe slabs. */
    public long metadataBytes() {
        return metadataBytes;
    }

    /** For messages: "3 of 256 B, 1 of 8192 B". */
    public String describe() {
        StringBuilder text = new StringBuilder();
        leasesBySlotBytes.forEach((slotBytes, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(count)
                .append(" of ")
                .append(slotBytes)
                .append(" B"));
        if (looseLeases > 0) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(looseLeases)
                    .append(" of their own memory, ")
                    .append(looseBytes)
                    .append(" B in all");
        }
        return text.toString();
    }
}
