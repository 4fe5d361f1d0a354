package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryPressureTest {
    private static final long MIB = 1 << 20;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource script = new ScriptedSource(100 * MIB);
    private final MemoryPressure pressure = script.pressure(ticker);
    private final List<PressureLevel> told = new ArrayList<>();

    @AfterEach
    void integrity() {
        pressure.checkIntegrity();
        pressure.close();
        pressure.checkIntegrity();
    }

    @Test
    void aRiseIsToldAtOnceAndAFallAtMostOnceASecond() {
        pressure.onChange(Runnable::run, state -> told.add(state.level()));
        script.level(PressureLevel.HIGH);
        script.level(PressureLevel.NORMAL);
        assertThat(told).containsExactly(PressureLevel.HIGH);
        assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
        ticker.advance(Duration.ofSeconds(2));

        assertThat(told).containsExactly(PressureLevel.HIGH, PressureLevel.NORMAL);
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void aSlowListenerFindsTheNewestStateAndNoBacklog() {
        Deque<Runnable> queue = new ArrayDeque<>();
        pressure.onChange(queue::add, state -> told.add(state.level()));
        script.level(PressureLevel.ELEVATED);
        script.level(PressureLevel.HIGH);
        script.level(PressureLevel.CRITICAL);
        assertThat(queue).hasSize(1);
        while (!queue.isEmpty()) {
            queue.remove().run();
        }
        assertThat(told).containsExactly(PressureLevel.CRITICAL);
    }

    @Test
    void aListenerThatThrowsIsCalledAgainAndStopsNobody() {
        pressure.onChange(Runnable::run, state -> {
            throw new IllegalStateException("listener");
        });
        pressure.onChange(Runnable::run, state -> told.add(state.level()));
        script.level(PressureLevel.ELEVATED);
        script.level(PressureLevel.CRITICAL);

        assertThat(told).containsExactly(PressureLevel.ELEVATED, PressureLevel.HIGH, PressureLevel.CRITICAL);
    }

    @Test
    void anExecutorThatRefusesLosesOneCallOnly() {
        boolean[] refuse = {true};
        pressure.onChange(
                task -> {
                    if (refuse[0]) {
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                },
                state -> told.add(state.level()));
        script.level(PressureLevel.ELEVATED);
        refuse[0] = false;
        script.level(PressureLevel.HIGH);

        assertThat(told).containsExactly(PressureLevel.HIGH);
    }

    @Test
    void aListenerMayCloseThePressureFromWithinACall() {
        pressure.onChange(Runnable::run, state -> pressure.close());
        script.level(PressureLevel.HIGH);

        assertThat(script.openSinks()).isZero();
        assertThat(ticker.pendingTasks()).isZero();
    }

    @Test
    void aClosedSubscriptionIsNotCalled() {
        Subscription subscription = pressure.onChange(Runnable::run, state -> told.add(state.level()));
        subscription.close();
        subscription.close();
        script.level(PressureLevel.HIGH);

        assertThat(told).isEmpty();
    }

    @Test
    void afterCloseTheLastLevelStaysAndListeningIsRefused() {
        script.level(PressureLevel.HIGH);
        pressure.close();
        pressure.close();

        assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
        assertThatThrownBy(() -> pressure.onChange(Runnable::run, state -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closed=true (expected false): this MemoryPressure was closed, open another");
    }

    @Test
    void aSourceThatThrowsMakesTheStateUnknownAndIsNotThrownAtTheCaller() {
        PressureSource broken = sink -> {
            throw new NoClassDefFoundError("java/lang/management/ManagementFactory");
        };
        try (MemoryPressure blind = MemoryPressure.of(broken, ticker, PressureThresholds.defaults())) {
            assertThat(blind.level()).isEqualTo(PressureLevel.NORMAL);
            assertThat(blind.state().reason()).contains("NoClassDefFoundError");
            blind.checkIntegrity();
        }
    }

    @Test
    void aSourceThatCannotBeClosedDoesNotThrowAtTheCaller() {
        PressureSource broken = sink -> () -> {
            throw new IllegalStateException("close");
        };
        MemoryPressure odd = MemoryPressure.of(broken, ticker, PressureThresholds.defaults());

        assertThatCode(odd::close).doesNotThrowAnyException();
    }

    @Test
    void theLevelAllocatesNothing() {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long self = Thread.currentThread().getId();
        int hits = 0;
        long least = Long.MAX_VALUE;
        // The least of several rounds: the first ones also pay for what the JVM itself sets up.
        for (int round = 0; round < 10; round++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < 10_000; i++) {
                hits += pressure.atLeast(PressureLevel.HIGH) || pressure.level() == PressureLevel.CRITICAL ? 1 : 0;
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        assertThat(hits).isZero();
        assertThat(least).isZero();
    }

    @Test
    void takingEvidenceAllocatesNothingWhenNobodyListens() {
        PressureSource.Sink[] sinks = new PressureSource.Sink[1];
        PressureSource source = sink -> {
            sinks[0] = sink;
            return Subscription.none();
        };
        try (MemoryPressure quiet = MemoryPressure.of(source, ticker, PressureThresholds.defaults())) {
            HeapEvidence evidence = HeapEvidence.of(EvidenceKind.FULL, 90 * MIB, 20 * MIB, 100 * MIB);
            ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
            long self = Thread.currentThread().getId();
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 20; round++) {
                long before = threads.getThreadAllocatedBytes(self);
                for (int i = 0; i < 1000; i++) {
                    sinks[0].collection(evidence);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
            }
            assertThat(quiet.level()).isEqualTo(PressureLevel.NORMAL);
            // An iterator for each registry that is walked is all there may be, where the compiler leaves it.
            assertThat(least).isLessThan(1000 * 64);
        }
    }

    @Test
    void activityIsSummedOverTheWindow() {
        script.collectorTime(0, 0);
        script.collection(new HeapEvidence(
                EvidenceKind.YOUNG, 80 * MIB, 30 * MIB, 100 * MIB, 10 * MIB, 12 * MIB, 60 * MIB, false, 0, 0));
        script.collectorTime(40, 0);
        ticker.advance(Duration.ofSeconds(20));
        script.fullCollection(25 * MIB);
        script.collectorTime(100, 0);

        GcActivity lately = pressure.gcActivity(Duration.ofSeconds(5));
        assertThat(lately.majorCollections()).isOne();
        assertThat(lately.minorCollections()).isZero();
        assertThat(lately.stopped()).isEqualTo(Duration.ofMillis(60));
        GcActivity minute = pressure.gcActivity(Duration.ofMinutes(1));
        assertThat(minute.minorCollections()).isOne();
        assertThat(minute.promotedBytes()).isEqualTo(2 * MIB);
        assertThat(minute.reclaimedBytes()).isEqualTo(125 * MIB);
        assertThat(minute.stopped()).isEqualTo(Duration.ofMillis(100));
        ticker.advance(Duration.ofSeconds(70));
        assertThat(pressure.gcActivity(Duration.ofMinutes(1)).majorCollections())
                .isZero();
        assertThatThrownBy(() -> pressure.gcActivity(Duration.ofMinutes(2)))
                .hasMessageContaining("window=PT2M (expected above 0 and at most PT1M)");
    }

    @Test
    void handlesOfTheJvmShareOneRegistrationAndCloseByThemselves() {
        MemoryPressure first = MemoryPressure.ofJvm();
        MemoryPressure second = MemoryPressure.ofJvm();
        assertThat(MemoryPressure.peekJvm()).isNotNull();
        first.close();
        first.close();
        assertThat(MemoryPressure.peekJvm()).isNotNull();
        second.onChange(Runnable::run, state -> {}).close();
        second.close();

        assertThat(MemoryPressure.peekJvm()).isNull();
    }
}
