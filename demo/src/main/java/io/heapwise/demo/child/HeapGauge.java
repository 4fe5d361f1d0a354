package io.heapwise.demo.child;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import io.heapwise.demo.Sample;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the heap of its own JVM from the JDK's beans: what is used, what the newest collection of the whole heap left
 * behind, and the time that collections took. What such a collection leaves is the live set; what a minor one leaves is
 * not, since it keeps the garbage of the old generation. The demo's children run the serial collector, whose major
 * collections are whole and exact.
 */
final class HeapGauge {

    private final Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toUnmodifiableSet());
    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    private final List<GarbageCollectorMXBean> wholeHeapCollectors = collectors.stream()
            .filter(collector -> Set.of(collector.getMemoryPoolNames()).containsAll(heapPools))
            .toList();

    private long firstMillis;

    /**
     * Collects once and reads the outcome, so that every class that this takes is there before memory gets scarce: one whose
     * initializer runs out of memory is lost to the JVM for good. What happened until then is not reported.
     */
    void prepare() {
        System.gc();
        liveBytes();
        firstMillis = ManagementFactory.getRuntimeMXBean().getUptime();
    }

    /** Heap in use, garbage included. Allocates nothing. */
    long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** What the newest collection of the whole heap left, or {@link Sample#UNKNOWN} before the first. */
    long liveBytes() {
        long newest = firstMillis;
        long live = Sample.UNKNOWN;
        for (GarbageCollectorMXBean collector : wholeHeapCollectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && info.getEndTime() > newest) {
                newest = info.getEndTime();
                live = heapUsed(info.getMemoryUsageAfterGc());
            }
        }
        return live;
    }

    /** Time that all collections took since this JVM began. */
    long gcMillis() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            millis += Math.max(0, collector.getCollectionTime());
        }
        return millis;
    }

    private long heapUsed(Map<String, MemoryUsage> usageByPool) {
        long bytes = 0;
        for (String pool : heapPools) {
            MemoryUsage usage = usageByPool.get(pool);
            bytes += usage == null ? 0 : usage.getUsed();
        }
        return bytes;
    }
}
