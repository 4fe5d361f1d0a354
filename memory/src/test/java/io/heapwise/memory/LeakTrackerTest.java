package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.LeakTracker.Leak;
import io.heapwise.memory.LeakTracker.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is dropped is found by real collections, so each test provokes them until it is. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeakTrackerTest {
    private final Queue<Leak> told = new ConcurrentLinkedQueue<>();
    private final AtomicInteger freed = new AtomicInteger();
    private final List<LeakTracker> trackers = new ArrayList<>();

    private LeakTracker tracker(Mode mode) {
        LeakTracker tracker = LeakTracker.named("thing", mode);
        tracker.onLeak(told::add);
        trackers.add(tracker);
        return tracker;
    }

    private boolean free() {
        freed.incrementAndGet();
        return true;
    }

    @AfterEach
    void integrity() {
        trackers.forEach(LeakTracker::checkIntegrity);
    }

    private static void collectUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            System.gc();
            Thread.yield();
        }
    }

    private void takeAndDrop(LeakTracker tracker) {
        tracker.track(new Object(), this::free);
    }

    @Test
    void aDroppedResourceIsFreedAndReportedOnceWithWhereItWasTaken() {
        LeakTracker tracker = tracker(Mode.FULL);
        takeAndDrop(tracker);
        assertThat(tracker.tracked()).isOne();
        collectUntil(() -> !told.isEmpty());
        System.gc();

        assertThat(told).hasSize(1);
        assertThat(freed).hasValue(1);
        assertThat(tracker.leaks()).isOne();
        assertThat(tracker.tracked()).isZero();
        Leak leak = told.element();
        assertThat(leak.taken().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("takeAndDrop"));
        assertThat(leak)
                .hasToString("A thing was dropped without being closed, taken by thread "
                        + Thread.currentThread().getName() + ": close it by try");
    }

    @Test
    void aClosedOneIsNot() {
        LeakTracker tracker = tracker(Mode.FULL);
        for (int i = 0; i < 100; i++) {
            Object handle = new Object();
            Subscription tracking = tracker.track(handle, this::free);
            tracking.close();
            tracking.close();
        }
        assertThat(tracker.tracked()).isZero();
        takeAndDrop(tracker);
        collectUntil(() -> !told.isEmpty());

        assertThat(freed).hasValue(1);
        assertThat(tracker.leaks()).isOne();
    }

    @Test
    void oneThatIsStillHeldIsNot() {
        LeakTracker tracker = tracker(Mode.FULL);
        Object handle = new Object();
        tracker.track(handle, this::free);
        takeAndDrop(tracker);
        collectUntil(() -> tracker.leaks() > 0);
        assertThat(tracker.tracked()).isOne();
        java.lang.ref.Reference.reachabilityFence(handle);

        assertThat(freed).hasValue(1);
    }

    @Test
    void oneThatWasFreedInAnotherWayIsNotReported() {
        LeakTracker tracker = tracker(Mode.FULL);
        tracker.track(new Object(), () -> false);
        collectUntil(() -> tracker.tracked() == 0);

        assertThat(tracker.leaks()).isZero();
        assertThat(told).isEmpty();
    }

    @Test
    void samplesFewAndAfterALeakAllForAWhile() {
        LeakTracker tracker = tracker(Mode.SAMPLED);
        assertThat(countToTrack(tracker, 655_360)).isEqualTo(10);
        tracker.report("found by its owner");
        assertThat(countToTrack(tracker, 1_280)).isEqualTo(1_280);
        for (int i = 0; i < LeakTracker.ALERT; i++) {
            tracker.track(told, this::free).close();
        }

        assertThat(countToTrack(tracker, 655_360)).isEqualTo(10);
        assertThat(told.element().taken()).isNull();
        assertThat(told.element().toString()).contains("found by its owner; where is known of tracked ones only");
    }

    @Test
    void tracksNothingWhenOff() {
        LeakTracker tracker = tracker(Mode.OFF);
        assertThat(countToTrack(tracker, 1_280)).isZero();
        tracker.report("found by its owner");

        assertThat(countToTrack(tracker, 1_280)).isZero();
        assertThat(tracker.leaks()).isOne();
    }

    private static int countToTrack(LeakTracker tracker, int resources) {
        int count = 0;
        for (int sequence = 1; sequence <= resources; sequence++) {
            count += tracker.isToTrack(sequence) ? 1 : 0;
        }
        return count;
    }

    @Test
    void whatListenersAndActionsThrowStopsNobody() {
        LeakTracker tracker = tracker(Mode.FULL);
        tracker.onLeak(leak -> {
            throw new IllegalStateException("a listener that throws");
        });
        LeakTracker.whenDropped(new Object(), () -> {
            throw new LinkageError("an action that throws");
        });
        tracker.track(new Object(), () -> {
            throw new IllegalStateException("cannot be freed");
        });
        collectUntil(() -> tracker.tracked() == 0);
        takeAndDrop(tracker);
        takeAndDrop(tracker);
        collectUntil(() -> told.size() == 2);

        assertThat(tracker.leaks()).isEqualTo(2);
        assertThat(freed).hasValue(2);
        assertThat(told).hasSize(2);
    }

    @Test
    void itsThreadEndsWhenNothingIsTrackedAndComesBack() {
        LeakTracker tracker = tracker(Mode.FULL);
        for (int round = 1; round <= 2; round++) {
            takeAndDrop(tracker);
            int count = round;
            collectUntil(() -> tracker.leaks() == count && !isThreadAlive());
        }
        assertThat(freed).hasValue(2);
    }

    private static boolean isThreadAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("heapwise-leaks"));
    }
}
