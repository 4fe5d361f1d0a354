package io.heapwise.memory;

import io.heapwise.memory.internal.Cgroup;
import io.heapwise.memory.internal.JsonObject;
import io.heapwise.memory.internal.ResidentSet;
import io.heapwise.memory.internal.VmOptions;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How much memory there is in use, at one moment. Invariant: used is at most committed, and what cannot be known is absent,
 * never 0 and never a stand-in.
 *
 * <p>{@code heapUsedBytes} counts garbage: it says nothing about how tight memory is, {@code liveUpperBoundBytes} does. The
 * numbers are read one after the other within some microseconds, so they fit together, but not to the byte.
 *
 * @param rssBytes physical memory of the process; absent off Linux
 * @param heapUsedBytes heap in use, garbage included
 * @param heapCommittedBytes heap that is backed by memory
 * @param heapMaxBytes the limit of the heap
 * @param liveUpperBoundBytes no more than this was live at the last collection that told; absent while no
 *     {@link MemoryPressure} is open, or before such a collection
 * @param liveAge how long ago that was; zero while absent
 * @param nonHeapUsedBytes metadata and compiled code
 * @param directBytes direct buffers, and what libraries {@linkplain DirectMemory have reported} that take direct memory in other ways
 * @param mappedBytes mapped files, without what has been reported as direct memory
 * @param threads platform threads alive
 * @param threadStackBytes an estimate, and an upper one: threads times the default stack size; a stack is backed by memory
 *     only as deep as it was ever used
 * @param regions the JVM's pools
 * @param containerLimitBytes the memory limit of the control group; absent if there is none
 * @param containerWorkingSetBytes what the group uses and the kernel could not simply drop; absent without a limit
 * @since 0.1.0
 */
public record MemoryReading(
        OptionalLong rssBytes,
        long heapUsedBytes,
        long heapCommittedBytes,
        long heapMaxBytes,
        OptionalLong liveUpperBoundBytes,
        Duration liveAge,
        long nonHeapUsedBytes,
        long directBytes,
        long mappedBytes,
        int threads,
        long threadStackBytes,
        List<MemoryRegion> regions,
        OptionalLong containerLimitBytes,
        OptionalLong containerWorkingSetBytes) {

    private static final long DEFAULT_STACK_KIB = 1024;

    /**
     * Copies the list.
     *
     * @param rssBytes see above
     * @param heapUsedBytes see above
     * @param heapCommittedBytes see above
     * @param heapMaxBytes see above
     * @param liveUpperBoundBytes see above
     * @param liveAge see above
     * @param nonHeapUsedBytes see above
     * @param directBytes see above
     * @param mappedBytes see above
     * @param threads see above
     * @param threadStackBytes see above
     * @param regions see above
     * @param containerLimitBytes see above
     * @param containerWorkingSetBytes see above
     */
    public MemoryReading {
        regions = List.copyOf(regions);
    }

    /**
     * Reads this process. Tens of microseconds and some kilobytes of garbage: for logs and health pages, not for hot paths.
     * Never throws.
     *
     * @return the reading
     */
    public static MemoryReading now() {
        Runtime runtime = Runtime.getRuntime();
        long committed = runtime.totalMemory();
        long used = Math.max(0, committed - runtime.freeMemory());
        PressureState state = MemoryPressure.peekJvm();
        OptionalLong live = OptionalLong.empty();
        Duration age = Duration.ZERO;
        if (state != null && state.known()) {
            live = OptionalLong.of(state.liveUpperBoundBytes());
            age = state.evidenceAge();
        }
        List<MemoryRegion> regions = readRegions();
        long nonHeap = 0;
        for (MemoryRegion region : regions) {
            boolean counted = region.role() == MemoryRegion.Role.METASPACE || region.role() == MemoryRegion.Role.CODE;
            nonHeap += counted ? region.usedBytes() : 0;
        }
        int threads = readThreads();
        Cgroup cgroup = Cgroup.ofThisProcess();
        boolean limited = cgroup.limitBytes() > 0;
        return new MemoryReading(
                ResidentSet.bytes(),
                used,
                committed,
                runtime.maxMemory(),
                live,
                age,
                nonHeap,
                buffers("direct") + DirectMemory.bytes(),
                Math.max(0, buffers("mapped") - DirectMemory.mappedBytes()),
                threads,
                threads * stackBytes(),
                regions,
                limited ? OptionalLong.of(cgroup.limitBytes()) : OptionalLong.empty(),
                limited ? OptionalLong.of(cgroup.workingSetBytes()) : OptionalLong.empty());
    }

    private static List<MemoryRegion> readRegions() {
        List<MemoryRegion> regions = new ArrayList<>();
        try {
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                MemoryUsage usage = usage(pool);
                if (usage != null) {
                    regions.add(new MemoryRegion(
                            pool.getName(),
                            MemoryRegion.roleOf(pool.getName()),
                            usage.getUsed(),
                            usage.getCommitted(),
                            Math.max(0, usage.getMax())));
                }
            }
        } catch (RuntimeException | LinkageError noBeans) {
            // What was read so far is what there is.
        }
        return regions;
    }

    private static @Nullable MemoryUsage usage(MemoryPoolMXBean pool) {
        try {
            return pool.getUsage();
        } catch (IllegalArgumentException race) {
            // The JVM reads used and committed without a lock, and its own check may find used above committed.
            return null;
        }
    }

    private static long buffers(String name) {
        try {
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                if (pool.getName().equals(name)) {
                    return Math.max(0, pool.getMemoryUsed());
                }
            }
        } catch (RuntimeException | LinkageError noBeans) {
            return 0;
        }
        return 0;
    }

    private static int readThreads() {
        try {
            return ManagementFactory.getThreadMXBean().getThreadCount();
        } catch (RuntimeException | LinkageError noBeans) {
            return 0;
        }
    }

    private static long stackBytes() {
        long kib = VmOptions.getLong("ThreadStackSize");
        return (kib > 0 ? kib : DEFAULT_STACK_KIB) << 10;
    }

    /**
     * The regions with a role.
     *
     * @param role the role
     * @return those regions, possibly none
     */
    public List<MemoryRegion> regions(MemoryRegion.Role role) {
        return regions.stream().filter(region -> region.role() == role).toList();
    }

    /**
     * This reading as one JSON object; what is absent is {@code null}.
     *
     * @return the JSON
     */
    public String toJson() {
        JsonObject json = new JsonObject()
                .put("rss", rssBytes)
                .put("heapUsed", heapUsedBytes)
                .put("heapCommitted", heapCommittedBytes)
                .put("heapMax", heapMaxBytes)
                .put("liveUpperBound", liveUpperBoundBytes)
                .put("liveAgeMillis", liveAge.toMillis())
                .put("nonHeapUsed", nonHeapUsedBytes)
                .put("direct", directBytes)
                .put("mapped", mappedBytes)
                .put("threads", threads)
                .put("threadStacks", threadStackBytes)
                .put("containerLimit", containerLimitBytes)
                .put("containerWorkingSet", containerWorkingSetBytes);
        List<JsonObject> list = new ArrayList<>();
        for (MemoryRegion region : regions) {
            list.add(new JsonObject()
                    .put("name", region.name())
                    .put("role", region.role().json())
                    .put("used", region.usedBytes())
                    .put("committed", region.committedBytes())
                    .put("max", region.maxBytes()));
        }
        return json.put("regions", list).toString();
    }

    /** One line in the manner of {@code process.memoryUsage()}, in bytes. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{ rss: ").append(text(rssBytes));
        out.append(", heapCommitted: ").append(heapCommittedBytes);
        out.append(", heapUsed: ").append(heapUsedBytes);
        out.append(", heapMax: ").append(heapMaxBytes);
        out.append(", heapLive: ").append(liveUpperBoundBytes.isPresent() ? "<= " : "");
        out.append(text(liveUpperBoundBytes));
        out.append(", nonHeap: ").append(nonHeapUsedBytes);
        out.append(", direct: ").append(directBytes);
        out.append(", mapped: ").append(mappedBytes);
        out.append(", threadStacks: <= ").append(threadStackBytes);
        return out.append(", container: ")
                .append(text(containerLimitBytes))
                .append(" }")
                .toString();
    }

    private static String text(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "unknown";
    }
}
