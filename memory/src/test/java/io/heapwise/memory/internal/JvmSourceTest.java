package io.heapwise.memory.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.heapwise.memory.DirectMemory;
import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.HeapEvidence;
import io.heapwise.memory.PressureResource;
import io.heapwise.memory.PressureSource;
import io.heapwise.memory.Subscription;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmSourceTest {
    private final Recorder recorder = new Recorder();

    @Test
    void closingLeavesNothingRegistered() {
        FakeCollector full = new FakeCollector("MarkSweepCompact");
        FakeCollector young = new FakeCollector("Copy");
        Subscription subscription = source(full, young).open(recorder);
        assertThat(full.listeners).hasSize(1);
        assertThat(young.listeners).hasSize(1);
        subscription.close();
        subscription.close();

        assertThat(full.listeners).isEmpty();
        assertThat(young.listeners).isEmpty();
    }

    @Test
    void directMemoryThatWasReportedCountsBesideTheJvmsOwn() {
        BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        JvmSource source = new JvmSource(
                List.of(), Set.of("Tenured Gen"), () -> 100, direct, () -> 1L << 40, null, Cgroup.of(noSuchPath()));
        Subscription reported = DirectMemory.report(DirectMemory.Kind.MAPPED, 1L << 35);
        source.sample(recorder);
        assertThat(recorder.usedBytes.get(PressureResource.DIRECT)).isGreaterThanOrEqualTo(1L << 35);
        reported.close();
        source.sample(recorder);
        assertThat(recorder.usedBytes.get(PressureResource.DIRECT)).isLessThan(1L << 35);
    }

    @Test
    void pauseBeansAreNotListenedToButTheirTimeCounts() {
        FakeCollector cycles = new FakeCollector("ZGC Major Cycles");
        FakeCollector minor = new FakeCollector("ZGC Minor Cycles");
        FakeCollector pauses = new FakeCollector("ZGC Major Pauses");
        cycles.millis = 500;
        minor.millis = 70;
        pauses.millis = 3;
        source(cycles, minor, pauses).open(recorder);

        assertThat(pauses.listeners).isEmpty();
        assertThat(cycles.listeners).hasSize(1);
        assertThat(recorder.stopped).isEqualTo(3);
        assertThat(recorder.cycles).isEqualTo(500);
    }

    @Test
    void unknownCollectorsAreNamedAndNeverGuessed() {
        source(new FakeCollector("scavenge"), new FakeCollector("global")).open(recorder);

        assertThat(recorder.reason).isEqualTo("no collector that is known: [scavenge, global]");
    }

    @Test
    void aJvmWithoutCollectorBeansIsUnknown() {
        source().open(recorder);

        assertThat(recorder.reason).isEqualTo("no collector that is known: []");
    }

    @Test
    void aBeanThatTellsNothingOfItselfIsUnknownAndDoesNotThrow() {
        GarbageCollectorMXBean mute = new FakeCollector("MarkSweepCompact") {
            @Override
            public void addNotificationListener(NotificationListener l, NotificationFilter f, Object h) {
                throw new UnsupportedOperationException("no notifications");
            }
        };
        assertThatCode(() -> source(mute).open(recorder).close()).doesNotThrowAnyException();
        assertThat(recorder.reason).contains("MarkSweepCompact");
    }

    @Test
    void aListenerThatSomebodyElseTookOffIsClosedQuietly() {
        FakeCollector full = new FakeCollector("MarkSweepCompact");
        Subscription subscription = source(full).open(recorder);
        full.listeners.clear();

        assertThatCode(subscription::close).doesNotThrowAnyException();
    }

    @Test
    void theHandlerNeverThrowsIntoTheThreadOfTheJvm() {
        FakeCollector full = new FakeCollector("MarkSweepCompact");
        PressureSource.Sink bomb = new Recorder() {
            @Override
            public void collectorTime(long stoppedMillis, long cycleMillis) {
                if (armed) {
                    throw new OutOfMemoryError("not really");
                }
            }
        };
        source(full).open(bomb);
        ((Recorder) bomb).armed = true;
        String type = GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION;

        assertThatCode(() -> {
                    full.send(new Notification("something else", "x", 1));
                    Notification odd = new Notification(type, "x", 2);
                    full.send(odd);
                    odd.setUserData("no composite");
                    full.send(odd);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aRealNotificationBecomesEvidence() throws InterruptedException {
        Notification real = realNotification();
        Set<String> heapPools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .collect(Collectors.toSet());
        FakeCollector full = new FakeCollector("MarkSweepCompact");
        JvmSource source =
                new JvmSource(List.of(full), heapPools, () -> 1L << 40, null, () -> 0, null, Cgroup.of(noSuchPath()));
        source.open(recorder);
        full.send(real);

        assertThat(recorder.reason).isEmpty();
        assertThat(recorder.evidence).hasSize(1);
        HeapEvidence evidence = recorder.evidence.get(0);
        assertThat(evidence.kind()).isEqualTo(EvidenceKind.FULL);
        assertThat(evidence.heapMaxBytes()).isEqualTo(1L << 40);
        assertThat(evidence.usedAfterBytes()).isPositive();
        assertThat(evidence.oldAfterBytes()).isLessThanOrEqualTo(evidence.usedAfterBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "MarkSweepCompact, 5, 9, FULL",
        "PS MarkSweep, 5, 9, FULL",
        "G1 Old Generation, 5, 9, FULL",
        "Copy, 9, 5, YOUNG",
        "PS Scavenge, 9, 5, YOUNG",
        "G1 Young Generation, 5, 5, YOUNG",
        "G1 Young Generation, 9, 5, MIXED",
        "G1 Concurrent GC, 9, 5, MARK",
        "ZGC Cycles, 0, 0, CYCLE",
        "ZGC Major Cycles, 9, 5, CYCLE",
        "ZGC Minor Cycles, 9, 5, YOUNG",
        "ZGC Minor Pauses, 0, 0, PAUSE",
        "ZGC Pauses, 0, 0, PAUSE",
        "Shenandoah Pauses, 0, 0, PAUSE",
        "My Old Gen, 9, 5, UNKNOWN",
        "Epsilon Heap, 0, 0, UNKNOWN"
    })
    void exactNamesOnlySayWhatACollectionProves(String bean, long oldBefore, long oldAfter, EvidenceKind kind) {
        CollectorNames.Role role = CollectorNames.role(bean);

        assertThat(CollectorNames.kind(role, oldBefore > 0, oldBefore, oldAfter))
                .isEqualTo(kind);
    }

    @Test
    void shenandoahsGenerationsAreToldApartByTheOldOne() {
        CollectorNames.Role role = CollectorNames.role("Shenandoah Cycles");

        assertThat(CollectorNames.kind(role, false, 0, 0)).isEqualTo(EvidenceKind.CYCLE);
        assertThat(CollectorNames.kind(role, true, 5, 6)).isEqualTo(EvidenceKind.YOUNG);
        assertThat(CollectorNames.kind(role, true, 6, 5)).isEqualTo(EvidenceKind.MIXED);
    }

    @ParameterizedTest
    @CsvSource({
        "ZGC Cycles, Allocation Stall, true",
        "ZGC Minor Cycles, Allocation Stall, true",
        "Shenandoah Cycles, Allocation Failure, true",
        "Copy, Allocation Failure, false",
        "PS MarkSweep, Allocation Failure, false",
        "G1 Old Generation, G1 Compaction Pause, true",
        "G1 Old Generation, System.gc(), false",
        "ZGC Cycles, Proactive, false"
    })
    void theSameCauseIsAnEmergencyForOneCollectorAndEverydayForAnother(String bean, String cause, boolean stall) {
        assertThat(CollectorNames.isStall(bean, cause)).isEqualTo(stall);
    }

    @Test
    void whatWasAllocatedOnlyGrows() {
        AllocatedBytes allocated = new AllocatedBytes();
        long first = allocated.read();
        byte[] more = new byte[1 << 20];

        assertThat(allocated.read() - first).isGreaterThanOrEqualTo(more.length);
    }

    private static java.nio.file.Path noSuchPath() {
        return java.nio.file.Path.of("no-such-root");
    }

    private static JvmSource source(GarbageCollectorMXBean... beans) {
        return new JvmSource(
                List.of(beans), Set.of("Tenured Gen"), () -> 100, null, () -> 0, null, Cgroup.of(noSuchPath()));
    }

    private static Notification realNotification() throws InterruptedException {
        LinkedBlockingQueue<Notification> seen = new LinkedBlockingQueue<>();
        NotificationListener listener = (notification, handback) -> seen.add(notification);
        List<NotificationEmitter> emitters = new ArrayList<>();
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            emitters.add((NotificationEmitter) bean);
            ((NotificationEmitter) bean).addNotificationListener(listener, null, null);
        }
        try {
            System.gc();
            Notification first = seen.poll(30, TimeUnit.SECONDS);
            assertThat(first).as("a notification of the running JVM").isNotNull();
            return first;
        } finally {
            for (NotificationEmitter emitter : emitters) {
                try {
                    emitter.removeNotificationListener(listener);
                } catch (ListenerNotFoundException gone) {
                    throw new AssertionError(gone);
                }
            }
        }
    }

    private static class Recorder implements PressureSource.Sink {
        final Map<PressureResource, Long> usedBytes = new EnumMap<>(PressureResource.class);
        final List<HeapEvidence> evidence = new ArrayList<>();
        String reason = "";
        long stopped;
        long cycles;
        boolean armed;

        @Override
        public void collection(HeapEvidence collected) {
            evidence.add(collected);
        }

        @Override
        public void collectorTime(long stoppedMillis, long cycleMillis) {
            stopped = stoppedMillis;
            cycles = cycleMillis;
        }

        @Override
        public void usage(PressureResource resource, long used, long maxBytes) {
            usedBytes.put(resource, used);
        }

        @Override
        public void container(long workingSet, long limit, double some, double full) {}

        @Override
        public void unknown(String why) {
            reason = why;
        }
    }

    /** A collector bean that does what a test tells it to. */
    private static class FakeCollector implements GarbageCollectorMXBean, NotificationEmitter {
        final List<NotificationListener> listeners = new ArrayList<>();
        final String name;
        long millis;

        FakeCollector(String name) {
            this.name = name;
        }

        void send(Notification notification) {
            listeners.forEach(listener -> listener.handleNotification(notification, null));
        }

        @Override
        public long getCollectionCount() {
            return 1;
        }

        @Override
        public long getCollectionTime() {
            return millis;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public String[] getMemoryPoolNames() {
            return new String[0];
        }

        @Override
        public ObjectName getObjectName() {
            throw new UnsupportedOperationException("not asked for");
        }

        @Override
        public void addNotificationListener(NotificationListener l, NotificationFilter filter, Object handback) {
            listeners.add(l);
        }

        @Override
        public void removeNotificationListener(NotificationListener l) throws ListenerNotFoundException {
            if (!listeners.remove(l)) {
                throw new ListenerNotFoundException("not here");
            }
        }

        @Override
        public void removeNotificationListener(NotificationListener l, NotificationFilter filter, Object handback)
                throws ListenerNotFoundException {
            removeNotificationListener(l);
        }

        @Override
        public MBeanNotificationInfo[] getNotificationInfo() {
            return new MBeanNotificationInfo[0];
        }
    }
}
