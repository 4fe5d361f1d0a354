package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MemoryReadingTest {
    private static final MemoryReading FIXED = new MemoryReading(
            OptionalLong.empty(),
            10,
            20,
            40,
            OptionalLong.of(7),
            Duration.ofMillis(1500),
            5,
            3,
            2,
            4,
            4096,
            List.of(new MemoryRegion("G1 \"Old\" Gen", MemoryRegion.Role.OLD, 1, 2, 0)),
            OptionalLong.of(100),
            OptionalLong.of(60));

    @Test
    void usedIsAtMostCommittedAndCommittedAtMostMax() {
        MemoryReading reading = MemoryReading.now();

        assertThat(reading.heapUsedBytes()).isBetween(1L, reading.heapCommittedBytes());
        assertThat(reading.heapCommittedBytes()).isLessThanOrEqualTo(reading.heapMaxBytes());
        assertThat(reading.nonHeapUsedBytes()).isPositive();
        assertThat(reading.threads()).isPositive();
        assertThat(reading.threadStackBytes()).isGreaterThanOrEqualTo(reading.threads() * 1024L);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void residentMemoryIsPhysicalNotVirtual() {
        MemoryReading reading = MemoryReading.now();

        assertThat(reading.rssBytes()).isPresent();
        assertThat(reading.rssBytes().getAsLong()).isBetween(10L << 20, 16L << 30);
    }

    @Test
    void everyPoolOfThisJvmHasARole() {
        assertThat(MemoryReading.now().regions())
                .isNotEmpty()
                .noneMatch(region -> region.role() == MemoryRegion.Role.OTHER);
        assertThat(MemoryRegion.roleOf("nursery-allocate")).isEqualTo(MemoryRegion.Role.OTHER);
    }

    @Test
    void directBuffersAreCounted() {
        java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocateDirect(1 << 20);

        assertThat(MemoryReading.now().directBytes()).isGreaterThanOrEqualTo(buffer.capacity());
    }

    @Test
    void directMemoryThatWasReportedIsCountedAsSuchOnce() {
        long mapped = MemoryReading.now().mappedBytes();
        long direct = MemoryReading.now().directBytes();
        Subscription one = DirectMemory.report(DirectMemory.Kind.MAPPED, 3 << 20);
        Subscription other = DirectMemory.report(DirectMemory.Kind.UNCOUNTED, 5 << 20);
        try {
            assertThat(MemoryReading.now().directBytes()).isGreaterThanOrEqualTo(8 << 20);
            assertThat(MemoryReading.now().mappedBytes()).isBetween(0L, mapped);
            other.close();
            other.close();
            assertThat(DirectMemory.bytes()).isEqualTo(3 << 20);
        } finally {
            one.close();
            other.close();
        }
        assertThat(DirectMemory.bytes()).isZero();
        assertThat(MemoryReading.now().directBytes()).isLessThan(direct + (8 << 20));
        assertThatThrownBy(() -> DirectMemory.report(DirectMemory.Kind.MAPPED, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bytes=-1");
    }

    @Test
    void printsLikeProcessMemoryUsage() {
        assertThat(FIXED)
                .hasToString("{ rss: unknown, heapCommitted: 20, heapUsed: 10, heapMax: 40, heapLive: <= 7, nonHeap: 5,"
                        + " direct: 3, mapped: 2, threadStacks: <= 4096, container: 100 }");
    }

    @Test
    void jsonSaysNullForWhatIsAbsentAndEscapesNames() {
        assertThat(FIXED.toJson())
                .isEqualTo("{\"rss\":null,\"heapUsed\":10,\"heapCommitted\":20,\"heapMax\":40,\"liveUpperBound\":7,"
                        + "\"liveAgeMillis\":1500,\"nonHeapUsed\":5,\"direct\":3,\"mapped\":2,\"threads\":4,"
                        + "\"threadStacks\":4096,\"containerLimit\":100,\"containerWorkingSet\":60,\"regions\":"
                        + "[{\"name\":\"G1 \\\"Old\\\" Gen\",\"role\":\"old\",\"used\":1,\"committed\":2,\"max\":0}]}");
    }

    @Test
    void theCeilingsOfThisJvmAreKnownAndSayWhereTheyComeFrom() {
        MemoryLimits limits = MemoryLimits.of(0, 0);

        assertThat(limits.heap().bytes()).hasValue(Runtime.getRuntime().maxMemory());
        assertThat(limits.direct().bytes()).hasValue(Runtime.getRuntime().maxMemory());
        assertThat(limits.direct().origin()).isEqualTo("as much as the heap, since -XX:MaxDirectMemorySize is not set");
        assertThat(limits.metaspace().bytes()).isEmpty();
        assertThat(limits.container()).hasToString("none (no control group with a limit)");
        assertThat(limits.advice()).isEmpty();
    }

    @Test
    void aContainerSmallerThanWhatTheJvmMayUseIsToldInTime() {
        MemoryLimits tight = MemoryLimits.of(Runtime.getRuntime().maxMemory(), 2);

        assertThat(tight.advice()).hasSize(2);
        assertThat(tight.advice().get(0)).contains("lower -Xmx, -XX:MaxDirectMemorySize");
        MemoryLimits roomy = MemoryLimits.of(tight.worstCaseBytes(50), 2);
        assertThat(roomy.advice()).hasSize(1);
        assertThat(roomy.advice().get(0)).contains("-XX:MaxMetaspaceSize");
        assertThatThrownBy(() -> roomy.worstCaseBytes(-1)).hasMessageContaining("threads=-1 (expected >= 0)");
    }
}
