package io.heapwise.memory.internal;

import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.GcActivity;
import io.heapwise.memory.HeapEvidence;
import java.time.Duration;

/**
 * What collections did, second by second, for the last minute. Invariant: a slot holds sums of one second only, and no
 * slot is older than the ring.
 *
 * <p>Not thread-safe: the owner locks. Allocates nothing after construction, since it runs when memory is short.
 */
final class GcWindow {
    /** What the effort of a collector is judged over. */
    static final int EFFORT_SECONDS = 10;

    static final int MAX_SECONDS = 60;

    private static final long SECOND = 1_000_000_000L;
    /** Shares over less than this would make an alarm of the first collection of a young JVM. */
    private static final long LEAST_SPAN_NANOS = 2 * SECOND;

    private final Slot[] slots = new Slot[MAX_SECONDS + 1];
    private final long startNanos;
    private long second;
    private long stoppedMillis = -1;
    private long cycleMillis = -1;

    GcWindow(long nowNanos) {
        startNanos = nowNanos;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = new Slot();
        }
    }

    /** Takes totals since the start of the JVM; the first ones only set the base. */
    void addTotals(long nowNanos, long stoppedTotalMillis, long cycleTotalMillis) {
        Slot slot = slotAt(nowNanos);
        if (stoppedMillis >= 0) {
            slot.stoppedMillis += Math.max(0, stoppedTotalMillis - stoppedMillis);
            slot.cycleMillis += Math.max(0, cycleTotalMillis - cycleMillis);
        }
        stoppedMillis = Math.max(stoppedMillis, stoppedTotalMillis);
        cycleMillis = Math.max(cycleMillis, cycleTotalMillis);
    }

    void add(long nowNanos, HeapEvidence evidence) {
        Slot slot = slotAt(nowNanos);
        EvidenceKind kind = evidence.kind();
        if (evidence.stalled()) {
            slot.stalls++;
        }
        if (kind == EvidenceKind.PAUSE || kind == EvidenceKind.MARK) {
            return;
        }
        slot.reclaimedBytes += Math.max(0, evidence.usedBeforeBytes() - evidence.usedAfterBytes());
        if (kind == EvidenceKind.YOUNG || kind == EvidenceKind.MIXED) {
            slot.minor++;
            slot.promotedBytes += Math.max(0, evidence.oldAfterBytes() - evidence.oldBeforeBytes());
        } else {
            slot.major += kind == EvidenceKind.UNKNOWN ? 0 : 1;
        }
    }

    double stoppedShare(long nowNanos) {
        slotAt(nowNanos);
        long millis = 0;
        for (int back = 0; back <= EFFORT_SECONDS; back++) {
            millis += slotBack(back).stoppedMillis;
        }
        return share(millis, nowNanos);
    }

    double dutyShare(long nowNanos) {
        slotAt(nowNanos);
        long millis = 0;
        for (int back = 0; back <= EFFORT_SECONDS; back++) {
            millis += slotBack(back).cycleMillis;
        }
        return share(millis, nowNanos);
    }

    int stalls(long nowNanos) {
        slotAt(nowNanos);
        int stalls = 0;
        for (int back = 0; back <= EFFORT_SECONDS; back++) {
            stalls += slotBack(back).stalls;
        }
        return stalls;
    }

    GcActivity activity(long nowNanos, int seconds) {
        slotAt(nowNanos);
        long minor = 0;
        long major = 0;
        long stopped = 0;
        long cycle = 0;
        long reclaimed = 0;
        long promoted = 0;
        long stalls = 0;
        for (int back = 0; back <= seconds; back++) {
            Slot slot = slotBack(back);
            minor += slot.minor;
            major += slot.major;
            stopped += slot.stoppedMillis;
            cycle += slot.cycleMillis;
            reclaimed += slot.reclaimedBytes;
            promoted += slot.promotedBytes;
            stalls += slot.stalls;
        }
        return new GcActivity(
                Duration.ofSeconds(seconds),
                minor,
                major,
                Duration.ofMillis(stopped),
                Duration.ofMillis(cycle),
                reclaimed,
                promoted,
                stalls);
    }

    private double share(long millis, long nowNanos) {
        long span = Math.max(LEAST_SPAN_NANOS, Math.min(EFFORT_SECONDS * SECOND, nowNanos - startNanos));
        return Math.min(1.0, millis * 1e6 / span);
    }

    /** Empties the slots of the seconds in which nothing was told, and gives the one of this second. */
    private Slot slotAt(long nowNanos) {
        long now = Math.max(second, (nowNanos - startNanos) / SECOND);
        long skipped = Math.min(slots.length, now - second);
        for (long i = 0; i < skipped; i++) {
            slots[(int) ((now - i) % slots.length)].clear();
        }
        second = now;
        return slotBack(0);
    }

    private Slot slotBack(int back) {
        return slots[(int) ((second - back + slots.length) % slots.length)];
    }

    private static final class Slot {
        long stoppedMillis;
        long cycleMillis;
        long minor;
        long major;
        long reclaimedBytes;
        long promotedBytes;
        int stalls;

        void clear() {
            stoppedMillis = 0;
            cycleMillis = 0;
            minor = 0;
            major = 0;
            reclaimedBytes = 0;
            promotedBytes = 0;
            stalls = 0;
        }
    }
}
