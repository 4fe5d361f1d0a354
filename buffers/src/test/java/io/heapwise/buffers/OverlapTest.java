package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No byte is lent to two: threads fill all bytes of leases of random sizes, hand them over, and look at all of them before they give them back, while
 * another gives idle memory back to the system. For longer: {@code -Dheapwise.overlap.operations=20000000}.
 */
@Timeout(3600)
final class OverlapTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = Integer.getInteger("heapwise.overlap.operations", 100_000) / THREADS;
    private static final int MOST_HELD = 64;

    private record Held(PooledBuffer lease, int bytes, long seed) {}

    @Test
    void ofDirectMemory() throws Exception {
        run(BufferAllocator.builder().build(), 100_000);
    }

    @Test
    void ofSmallSlots() throws Exception {
        run(BufferAllocator.builder().build(), 300);
    }

    @Test
    void ofTheHeap() throws Exception {
        run(BufferAllocator.builder().heap().build(), 20_000);
    }

    @Test
    void withinALimitThatIsMetAllTheTime() throws Exception {
        run(BufferAllocator.builder().maxBytes(1 << 20).build(), 10_000);
    }

    private static void run(BufferAllocator buffers, int mostBytes) throws Exception {
        Queue<Held> handedOver = new ConcurrentLinkedQueue<>();
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
        try {
            List<Future<Long>> workers = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                long seed = thread;
                Callable<Long> work = () -> work(buffers, new SplittableRandom(seed), mostBytes, handedOver);
                workers.add(threads.submit(work));
            }
            Future<?> trimmer = threads.submit(() -> {
                while (!isOver.get()) {
                    buffers.trim();
                    buffers.leasing().pool().trimIdle();
                    Thread.yield();
                }
            });
            long leases = 0;
            for (Future<Long> worker : workers) {
                leases += worker.get();
            }
            assertThat(leases).isPositive();
            isOver.set(true);
            trimmer.get();
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
        handedOver.forEach(OverlapTest::end);
        Checked.requireAllBack(buffers);
    }

    /** How many leases it got. */
    private static long work(BufferAllocator buffers, SplittableRandom random, int mostBytes, Queue<Held> handedOver) {
        List<Held> own = new ArrayList<>();
        long count = 0;
        for (int operation = 0; operation < OPERATIONS; operation++) {
            int what = random.nextInt(8);
            if (what < 4 && own.size() < MOST_HELD) {
                try {
                    int bytes = 1 + random.nextInt(1 + random.nextInt(mostBytes));
                    PooledBuffer lease = what == 0 ? buffers.allocateZeroed(bytes) : buffers.allocate(bytes);
                    requireZero(lease, what == 0);
                    long seed = random.nextLong();
                    Checked.fill(lease, seed);
                    own.add(new Held(lease, bytes, seed));
                    count++;
                } catch (BufferLimitException full) {
                    own.forEach(OverlapTest::end);
                    own.clear();
                }
            } else if (!own.isEmpty()) {
                Held held = own.remove(random.nextInt(own.size()));
                if (what == 4) {
                    handedOver.add(held);
                } else {
                    end(held);
                }
            }
            Held others = what == 7 ? handedOver.poll() : null;
            if (others != null) {
                end(others);
            }
        }
        own.forEach(OverlapTest::end);
        return count;
    }

    private static void requireZero(PooledBuffer lease, boolean isZeroed) {
        for (int at = 0; isZeroed && at < lease.capacity(); at++) {
            if (lease.get(at) != 0) {
                throw new AssertionError("not zero at " + at + " of " + lease);
            }
        }
    }

    private static void end(Held held) {
        Checked.requireFilled(held.lease, held.bytes, held.seed);
        held.lease.close();
    }
}
