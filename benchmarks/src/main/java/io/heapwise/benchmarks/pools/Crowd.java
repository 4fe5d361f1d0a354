package io.heapwise.benchmarks.pools;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.heapwise.benchmarks.Json;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * More threads than objects: each borrows, holds, gives back, and does so again. Invariant: what happens before the measured
 * time or after it is not counted, but who waits at its end is, with the time waited so far: else the worst starved were never seen.
 */
final class Crowd {
    private static final int WORDS_APART = 16;
    private static final int HISTOGRAMS = 16;
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Subject subject;
    private final boolean isVirtual;
    private final int threads;
    private final String hold;
    private final AtomicLongArray turns;
    private final AtomicLongArray waitingSince;
    private final Histogram[] waits = new Histogram[HISTOGRAMS];
    private final AtomicLong timeouts = new AtomicLong();
    private volatile boolean isMeasuring;
    private volatile boolean isOver;

    private Crowd(Subject subject, boolean isVirtual, int threads, String hold) {
        this.subject = subject;
        this.isVirtual = isVirtual;
        this.threads = threads;
        this.hold = hold;
        this.turns = new AtomicLongArray(threads * WORDS_APART);
        this.waitingSince = new AtomicLongArray(threads * WORDS_APART);
        for (int i = 0; i < HISTOGRAMS; i++) {
            waits[i] = new ConcurrentHistogram(LONGEST_WAIT_NANOS, 2);
        }
    }

    /** Arguments: contestant, kind, threads, objects, hold, round, seconds. Prints a row. */
    public static void main(String[] args) throws Exception {
        int threads = Integer.parseInt(args[2]);
        int objects = Integer.parseInt(args[3]);
        try (Subject subject = Contestants.of(args[0], objects)) {
            Crowd crowd = new Crowd(subject, args[1].equals("virtual"), threads, args[4]);
            CountDownLatch ended = crowd.start();
            Thread.sleep(2_000);
            long seconds = Long.parseLong(args[6]);
            CrowdRow row = crowd.measure(args, objects, seconds);
            crowd.isOver = true;
            if (!ended.await(1, TimeUnit.MINUTES)) {
                System.err.println(ended.getCount() + " threads of " + args[0] + " wait for ever");
            }
            System.out.println();
            System.out.println(Json.text(row));
        }
        System.exit(0); // threads of a contestant may stay
    }

    private CountDownLatch start() throws ReflectiveOperationException {
        CountDownLatch ended = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            int index = i;
            Runnable work = () -> {
                work(index);
                ended.countDown();
            };
            if (isVirtual) { // of JDK 21
                Object unused = Thread.class
                        .getMethod("startVirtualThread", Runnable.class)
                        .invoke(null, work);
            } else {
                Thread thread = new Thread(work);
                thread.setDaemon(true);
                thread.start();
            }
        }
        return ended;
    }

    private void work(int index) {
        int at = index * WORDS_APART;
        Histogram waited = waits[index % HISTOGRAMS];
        while (!isOver) {
            long since = System.nanoTime();
            waitingSince.setOpaque(at, since);
            Object borrowed = borrow();
            if (borrowed == null) {
                timeouts.incrementAndGet();
                continue;
            }
            long nanos = System.nanoTime() - since;
            waitingSince.setOpaque(at, 0);
            hold(borrowed);
            if (isMeasuring) {
                turns.setOpaque(at, turns.getPlain(at) + 1);
                waited.recordValue(Math.min(nanos, LONGEST_WAIT_NANOS));
            }
        }
    }

    private Object borrow() {
        try {
            return subject.borrow();
        } catch (Exception timeout) {
            return null;
        }
    }

    @SuppressWarnings(
            "ThreadPriorityCheck") // yielding while holding is one of the loads measured, it coordinates nothing
    private void hold(Object borrowed) {
        try {
            Payload unused = subject.use(borrowed);
            switch (hold) {
                case "none", "query" -> {} // the query is its use
                case "yield" -> Thread.yield();
                case "100us" -> LockSupport.parkNanos(100_000);
                case "1ms" -> Thread.sleep(1);
                default ->
                    throw new IllegalArgumentException("hold=" + hold + " (expected none, query, yield, 100us or 1ms)");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts", e);
        } finally {
            giveBack(borrowed);
        }
    }

    private void giveBack(Object borrowed) {
        try {
            subject.giveBack(borrowed);
        } catch (Exception e) {
            throw new IllegalStateException("giving back failed", e);
        }
    }

    private CrowdRow measure(String[] args, int objects, long seconds) throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long cpuBefore = system.getProcessCpuTime();
        long bytesBefore = allocatedBytes();
        long begin = System.nanoTime();
        isMeasuring = true;
        Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
        isMeasuring = false;
        long end = System.nanoTime();
        long cpu = system.getProcessCpuTime() - cpuBefore;
        long bytes = allocatedBytes() - bytesBefore;
        Histogram all = new Histogram(LONGEST_WAIT_NANOS, 2);
        for (Histogram some : waits) {
            all.add(some);
        }
        long total = 0;
        long least = Long.MAX_VALUE;
        int fewerThanTen = 0;
        for (int i = 0; i < threads; i++) {
            long own = turns.get(i * WORDS_APART);
            total += own;
            least = Math.min(least, own);
            fewerThanTen += own < 10 ? 1 : 0;
            long since = waitingSince.get(i * WORDS_APART);
            if (since != 0 && end - since > 0) {
                all.recordValue(Math.min(end - since, LONGEST_WAIT_NANOS));
            }
        }
        double measured = (end - begin) / 1e9;
        return new CrowdRow(
                args[0].replaceFirst("@.*", ""), // without the URL of a database
                args[1],
                threads,
                objects,
                hold,
                Integer.parseInt(args[5]),
                total / measured,
                total == 0 ? 0 : least * (double) threads / total,
                fewerThanTen,
                timeouts.get(),
                all.getValueAtPercentile(50) / 1e3,
                all.getValueAtPercentile(99) / 1e3,
                all.getValueAtPercentile(99.9) / 1e3,
                all.getMaxValue() / 1e3,
                cpu / 1e9 / measured,
                total == 0 ? 0 : bytes / (double) total);
    }

    /** Of all threads, those that carry virtual ones among them. Of JDK 21. */
    private static long allocatedBytes() throws ReflectiveOperationException {
        return (long) ThreadMXBean.class
                .getMethod("getTotalThreadAllocatedBytes")
                .invoke(ManagementFactory.getPlatformMXBean(ThreadMXBean.class));
    }
}
