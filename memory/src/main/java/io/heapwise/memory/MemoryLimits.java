package io.heapwise.memory;

import io.heapwise.memory.internal.Cgroup;
import io.heapwise.memory.internal.VmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the ceilings are and where they come from. Invariant: read once, never throws, and a ceiling that is not there is
 * absent.
 *
 * <p>{@link #advice()} is the part to log at the start of a service: a container whose limit is below the sum of what its
 * JVM may use is killed without any Java sign.
 *
 * @param heap the most the heap may hold; with the Serial and Parallel collectors a survivor space below {@code -Xmx}
 * @param direct the most that direct buffers may hold
 * @param metaspace the most that class metadata may take; absent if not set
 * @param codeCache what compiled code may take; absent where the JVM does not tell
 * @param container the memory limit of the control group; absent if there is none
 * @param largestArrayElements the longest array this JVM allows, whatever the heap
 * @param longestStringChars the longest string, of characters in Latin-1; half of it if any is not
 * @param threadStack the default stack of one thread
 * @since 0.1.0
 */
public record MemoryLimits(
        Ceiling heap,
        Ceiling direct,
        Ceiling metaspace,
        Ceiling codeCache,
        Ceiling container,
        long largestArrayElements,
        long longestStringChars,
        Ceiling threadStack) {

    /** HotSpot keeps room for a header below the largest int. */
    private static final long LARGEST_ARRAY = Integer.MAX_VALUE - 2L;
    /** What the runtime itself needs besides: collector tables, symbols, its own allocator. A service that is small uses less. */
    private static final long NATIVE_RESERVE_BYTES = 64L << 20;

    private static final int USUAL_THREADS = 50;

    /**
     * Reads the ceilings of this JVM.
     *
     * @return the limits
     */
    public static MemoryLimits ofThisJvm() {
        return of(Cgroup.ofThisProcess().limitBytes(), Cgroup.ofThisProcess().version());
    }

    static MemoryLimits of(long containerBytes, int containerVersion) {
        long heap = Runtime.getRuntime().maxMemory();
        long directSet = VmOptions.getLong("MaxDirectMemorySize");
        long metaspaceSet = VmOptions.getLong("MaxMetaspaceSize");
        // The JVM writes "not set" as the largest number that fits a page.
        boolean metaspaceIsSet = metaspaceSet > 0 && metaspaceSet < Long.MAX_VALUE / 2;
        long code = VmOptions.getLong("ReservedCodeCacheSize");
        long stackKib = VmOptions.getLong("ThreadStackSize");
        return new MemoryLimits(
                Ceiling.of(heap, "-Xmx, or a quarter of the machine's or container's memory"),
                directSet > 0
                        ? Ceiling.of(directSet, "-XX:MaxDirectMemorySize")
                        : Ceiling.of(heap, "as much as the heap, since -XX:MaxDirectMemorySize is not set"),
                metaspaceIsSet
                        ? Ceiling.of(metaspaceSet, "-XX:MaxMetaspaceSize")
                        : Ceiling.none("-XX:MaxMetaspaceSize is not set"),
                code > 0 ? Ceiling.of(code, "-XX:ReservedCodeCacheSize") : Ceiling.none("the JVM does not tell"),
                containerBytes > 0
                        ? Ceiling.of(containerBytes, "control group version " + containerVersion)
                        : Ceiling.none("no control group with a limit"),
                LARGEST_ARRAY,
                LARGEST_ARRAY,
                stackKib > 0
                        ? Ceiling.of(stackKib << 10, "-XX:ThreadStackSize")
                        : Ceiling.of(1L << 20, "the usual default"));
    }

    /**
     * The most this JVM may come to use by its ceilings, with so many threads. Where there is no ceiling nothing is added,
     * so the truth may be more.
     *
     * @param threads platform threads to reckon with, not negative
     * @return bytes
     * @throws IllegalArgumentException if the number is negative
     */
    public long worstCaseBytes(int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "threads=" + threads + " (expected >= 0): give the number of platform threads");
        }
        return heap.orZero()
                + direct.orZero()
                + metaspace.orZero()
                + codeCache.orZero()
                + threads * threadStack.orZero()
                + NATIVE_RESERVE_BYTES;
    }

    /**
     * What to set, if anything.
     *
     * @return sentences for a log; empty if all is well
     */
    public List<String> advice() {
        List<String> advice = new ArrayList<>();
        if (container.isPresent()) {
            long worst = worstCaseBytes(USUAL_THREADS);
            if (worst > container.bytes().getAsLong()) {
                advice.add(String.format(
                        Locale.ROOT,
                        "heap %d + direct %d + metaspace %d + code %d + %d stacks may take %d MiB of a container of %d MiB:"
                                + " lower -Xmx, -XX:MaxDirectMemorySize or -XX:ReservedCodeCacheSize, or raise the limit",
                        heap.orZero() >> 20,
                        direct.orZero() >> 20,
                        metaspace.orZero() >> 20,
                        codeCache.orZero() >> 20,
                        USUAL_THREADS,
                        worst >> 20,
                        container.bytes().getAsLong() >> 20));
            }
            if (metaspace.bytes().isEmpty()) {
                advice.add(
                        "metaspace has no limit: set -XX:MaxMetaspaceSize, or a class leak ends in a kill by the container");
            }
        }
        return advice;
    }

    /**
     * A ceiling and where it comes from.
     *
     * @param bytes the ceiling; absent if there is none
     * @param origin where it comes from, in words
     * @since 0.1.0
     */
    public record Ceiling(OptionalLong bytes, String origin) {
        static Ceiling of(long bytes, String origin) {
            return new Ceiling(OptionalLong.of(bytes), origin);
        }

        static Ceiling none(String origin) {
            return new Ceiling(OptionalLong.empty(), origin);
        }

        /**
         * Whether there is one.
         *
         * @return true if so
         */
        public boolean isPresent() {
            return bytes.isPresent();
        }

        private long orZero() {
            return bytes.orElse(0);
        }

        @Override
        public String toString() {
            return (bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "none") + " (" + origin + ")";
        }
    }
}
