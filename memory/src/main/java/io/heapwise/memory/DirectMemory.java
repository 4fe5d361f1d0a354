package io.heapwise.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Direct memory that the JVM does not count as such, since a library has taken it in another way than as a direct buffer: as a private mapping, or of an
 * arena. Invariant: {@link #bytes} is the sum of what was reported and has not been closed.
 *
 * <p>A library that takes such memory reports it, so that {@link MemoryReading#directBytes()} and the pressure of {@link PressureResource#DIRECT}
 * are of all direct memory, whoever has it. It is a report and no permission: nothing is refused here, that is what a {@link MemoryBudget} is for.
 *
 * <p>Thread-safe; an atomic addition a report, meant for pieces of 100 KiB and more. Counts for all that was loaded by the same class loader as this.
 *
 * @since 0.1.0
 */
public final class DirectMemory {
    private static final AtomicLong ALL = new AtomicLong();
    private static final AtomicLong MAPPED = new AtomicLong();

    private DirectMemory() {}

    /**
     * How it was taken, which decides who else counts it.
     *
     * @since 0.1.0
     */
    public enum Kind {
        /** As a mapping of a file, which the JVM counts as a mapped one. */
        MAPPED,
        /** In a way that the JVM does not count at all. */
        UNCOUNTED
    }

    /**
     * Reports memory that was just taken.
     *
     * @param kind how
     * @param bytes how many, 0 or more
     * @return closed when it has been given back; twice is harmless
     * @throws IllegalArgumentException if bytes is negative
     */
    public static Subscription report(Kind kind, long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " (expected >= 0): report what was taken");
        }
        boolean isMapped = kind == Kind.MAPPED;
        AtomicBoolean isTaken = new AtomicBoolean(true);
        add(isMapped, bytes);
        return () -> {
            if (isTaken.compareAndSet(true, false)) {
                add(isMapped, -bytes);
            }
        };
    }

    private static void add(boolean isMapped, long bytes) {
        ALL.addAndGet(bytes);
        if (isMapped) {
            MAPPED.addAndGet(bytes);
        }
    }

    /**
     * What has been reported and not given back.
     *
     * @return the bytes, of all kinds
     */
    public static long bytes() {
        return ALL.get();
    }

    /** Those that the JVM counts among its mapped files. */
    static long mappedBytes() {
        return MAPPED.get();
    }
}
