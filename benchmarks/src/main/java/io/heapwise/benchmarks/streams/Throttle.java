package io.heapwise.benchmarks.streams;

import io.heapwise.benchmarks.cache.Protocol;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.Reservation;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** What does it cost to ask for memory and to give it back, where there is enough? */
public class Throttle extends Protocol {
    private static final int BYTES = 4_096;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A gigabyte, of which nobody ever asks for more than a page. */
    @State(Scope.Benchmark)
    public static class Room {
        MemoryBudget budget;
        Semaphore semaphore;

        @Setup(Level.Trial)
        public void open() {
            budget = MemoryBudget.builder("room", 1L << 30).build();
            semaphore = new Semaphore(1 << 30, true);
        }

        @TearDown(Level.Trial)
        public void close() {
            budget.close();
        }
    }

    @Benchmark
    public void heapwise(Room room, Blackhole elsewhere) throws Exception {
        Reservation reservation = room.budget.reserve(BYTES, TIMEOUT);
        elsewhere.consume(reservation);
        reservation.close();
    }

    @Benchmark
    public void jdk(Room room, Blackhole elsewhere) throws Exception {
        room.semaphore.acquire(BYTES);
        elsewhere.consume(room);
        room.semaphore.release(BYTES);
    }

    /**
     * The article's throttle, as far as it goes where it need not wait: it looks at the heap, and reserves nothing. The
     * article's waits without end for a collection that nobody causes while all wait; this one goes on after half a second, so
     * that a run ends where the heap happens to be full of garbage.
     */
    @Benchmark
    public void naive(Room room, Blackhole elsewhere) {
        MemoryMXBean heap = ManagementFactory.getMemoryMXBean();
        MemoryUsage usage = heap.getHeapMemoryUsage();
        for (int waits = 0; waits < 5 && (double) usage.getUsed() / usage.getCommitted() > 0.9; waits++) {
            LockSupport.parkNanos(100_000_000);
            usage = heap.getHeapMemoryUsage();
        }
        elsewhere.consume(room);
    }
}
