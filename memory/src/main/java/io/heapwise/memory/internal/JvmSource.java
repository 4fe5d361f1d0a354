package io.heapwise.memory.internal;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import io.heapwise.memory.DirectMemory;
import io.heapwise.memory.HeapEvidence;
import io.heapwise.memory.PressureResource;
import io.heapwise.memory.PressureSource;
import io.heapwise.memory.Subscription;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Evidence from the beans of the running JVM. Invariant: every listener added to a bean is taken off it again when the
 * handle is closed, and nothing is ever thrown into the JVM's notification thread: a listener that throws there silences
 * all listeners added after it.
 */
public final class JvmSource implements PressureSource {
    private final List<GarbageCollectorMXBean> collectors;
    private final Set<String> heapPools;
    private final LongSupplier heapMaxBytes;
    private final @Nullable BufferPoolMXBean direct;
    private final LongSupplier directMaxBytes;
    private final @Nullable MemoryPoolMXBean metaspace;
    private final Cgroup cgroup;
    private final AllocatedBytes allocated = new AllocatedBytes();

    JvmSource(
            List<GarbageCollectorMXBean> collectors,
            Set<String> heapPools,
            LongSupplier heapMaxBytes,
            @Nullable BufferPoolMXBean direct,
            LongSupplier directMaxBytes,
            @Nullable MemoryPoolMXBean metaspace,
            Cgroup cgroup) {
        this.collectors = List.copyOf(collectors);
        this.heapPools = Set.copyOf(heapPools);
        this.heapMaxBytes = heapMaxBytes;
        this.direct = direct;
        this.directMaxBytes = directMaxBytes;
        this.metaspace = metaspace;
        this.cgroup = cgroup;
    }

    /**
     * A source over this JVM; one that says "unknown" if the JVM lacks the beans.
     *
     * @return the source, not open yet
     */
    public static PressureSource ofThisJvm() {
        try {
            Set<String> heapPools = new HashSet<>();
            MemoryPoolMXBean metaspace = null;
            for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                if (pool.getType() == MemoryType.HEAP) {
                    heapPools.add(pool.getName());
                } else if (pool.getName().equals("Metaspace")) {
                    metaspace = pool;
                }
            }
            BufferPoolMXBean direct = null;
            for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                if (pool.getName().equals("direct")) {
                    direct = pool;
                }
            }
            long directMax = VmOptions.maxDirectMemoryBytes();
            return new JvmSource(
                    ManagementFactory.getGarbageCollectorMXBeans(),
                    heapPools,
                    Runtime.getRuntime()::maxMemory,
                    direct,
                    () -> directMax,
                    metaspace,
                    Cgroup.ofThisProcess());
        } catch (Throwable thrown) {
            return new Blind("the management beans cannot be had: " + thrown);
        }
    }

    @Override
    public Subscription open(Sink sink) {
        List<Subscription> open = new ArrayList<>();
        StringBuilder unseen = new StringBuilder();
        boolean anyKnown = false;
        for (GarbageCollectorMXBean bean : collectors) {
            CollectorNames.Role role = CollectorNames.role(bean.getName());
            if (role == CollectorNames.Role.PAUSE) {
                // They report no memory, and each event would cost the JVM as much as one that does.
                continue;
            }
            Subscription listening = listen(bean, role, sink);
            if (listening == null || role == CollectorNames.Role.UNKNOWN) {
                unseen.append(unseen.isEmpty() ? "" : ", ").append(bean.getName());
            } else {
                anyKnown = true;
            }
            if (listening != null) {
                open.add(listening);
            }
        }
        if (!anyKnown) {
            sink.unknown("no collector that is known: [" + unseen + "]");
        }
        collectorTime(sink);
        return Subscription.of(() -> open.forEach(Subscription::close));
    }

    private @Nullable Subscription listen(GarbageCollectorMXBean bean, CollectorNames.Role role, Sink sink) {
        if (!(bean instanceof NotificationEmitter emitter)) {
            return null;
        }
        NotificationListener listener = (notification, handback) -> handle(notification, bean.getName(), role, sink);
        try {
            emitter.addNotificationListener(listener, null, null);
        } catch (RuntimeException odd) {
            return null;
        }
        return Subscription.of(() -> {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException gone) {
                // Somebody took off what was not theirs; it is off, and that is what was asked for.
            }
        });
    }

    private void handle(Notification notification, String beanName, CollectorNames.Role role, Sink sink) {
        try {
            if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())
                    && notification.getUserData() instanceof CompositeData data) {
                collectorTime(sink);
                sink.collection(evidence(GarbageCollectionNotificationInfo.from(data), beanName, role));
                offHeap(sink);
            }
        } catch (Throwable odd) {
            // Errors too. Nothing can be logged from here without risk, and the next collection tells again.
        }
    }

    private HeapEvidence evidence(
            GarbageCollectionNotificationInfo notified, String beanName, CollectorNames.Role role) {
        GcInfo info = notified.getGcInfo();
        Map<String, MemoryUsage> before = info.getMemoryUsageBeforeGc();
        long usedBefore = 0;
        long usedAfter = 0;
        long oldBefore = 0;
        long oldAfter = 0;
        long oldMax = 0;
        for (Map.Entry<String, MemoryUsage> pool : info.getMemoryUsageAfterGc().entrySet()) {
            if (!heapPools.contains(pool.getKey())) {
                continue;
            }
            MemoryUsage was = before.get(pool.getKey());
            long poolBefore = was == null ? 0 : was.getUsed();
            usedBefore += poolBefore;
            usedAfter += pool.getValue().getUsed();
            if (CollectorNames.isOldPool(pool.getKey())) {
                oldBefore = poolBefore;
                oldAfter = pool.getValue().getUsed();
                oldMax = Math.max(0, pool.getValue().getMax());
            }
        }
        boolean concurrent = CollectorNames.isConcurrent(beanName);
        boolean stalled = CollectorNames.isStall(beanName, notified.getGcCause());
        // The heap's own maximum, not the sum over pools: each of Z's two generations may take all of it.
        long heapMax = heapMaxBytes.getAsLong();
        return new HeapEvidence(
                CollectorNames.kind(role, oldMax > 0, oldBefore, oldAfter),
                usedBefore,
                usedAfter,
                heapMax,
                oldBefore,
                oldAfter,
                oldMax,
                stalled,
                concurrent ? freedTotal() : 0,
                concurrent ? cycleCount() : 0);
    }

    private long freedTotal() {
        long total = allocated.read();
        Runtime runtime = Runtime.getRuntime();
        return total == 0 ? 0 : Math.max(0, total - (runtime.totalMemory() - runtime.freeMemory()));
    }

    private long cycleCount() {
        long count = 0;
        for (GarbageCollectorMXBean bean : collectors) {
            count += CollectorNames.isConcurrent(bean.getName()) ? Math.max(0, bean.getCollectionCount()) : 0;
        }
        return count;
    }

    private void collectorTime(Sink sink) {
        long stopped = 0;
        long cycle = 0;
        for (GarbageCollectorMXBean bean : collectors) {
            long millis = Math.max(0, bean.getCollectionTime());
            if (CollectorNames.stopsTheProgram(bean.getName())) {
                stopped += millis;
            } else if (CollectorNames.isCycleOfWholeHeap(bean.getName())) {
                cycle += millis;
            }
        }
        sink.collectorTime(stopped, cycle);
    }

    private void offHeap(Sink sink) {
        if (direct != null) {
            sink.usage(
                    PressureResource.DIRECT, direct.getMemoryUsed() + DirectMemory.bytes(), directMaxBytes.getAsLong());
        }
        if (metaspace != null) {
            MemoryUsage usage = metaspace.getUsage();
            if (usage != null) {
                sink.usage(PressureResource.METASPACE, usage.getUsed(), Math.max(0, usage.getMax()));
            }
        }
    }

    @Override
    public void sample(Sink sink) {
        offHeap(sink);
        if (cgroup.limitBytes() > 0) {
            sink.container(
                    cgroup.workingSetBytes(),
                    cgroup.limitBytes(),
                    cgroup.someStallPercent(),
                    cgroup.fullStallPercent());
        }
    }

    /** A source that only says why it sees nothing. */
    private record Blind(String reason) implements PressureSource {
        @Override
        public Subscription open(Sink sink) {
            sink.unknown(reason);
            return Subscription.none();
        }
    }
}
