package io.heapwise.cache;

import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.PressureState;
import io.heapwise.memory.Shrinkable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Fills a cache whose sizer tells a half of the truth, with a collection of the whole heap now and then. A main program: each
 * collector needs a JVM of its own. Prints what the calibration came to, and what the cache really holds.
 */
final class CalibrateOnThisHeap {
    private static final int VALUE_BYTES = 10_000;
    private static final int STEPS = 14;
    private static final double SHARE = 0.25;

    private CalibrateOnThisHeap() {}

    public static void main(String[] arguments) throws InterruptedException {
        MemoryPressure pressure = MemoryPressure.ofJvm();
        HeapGovernor governor = HeapGovernor.of(pressure, Runnable::run, HeapGovernor.Policy.defaults());
        MemoryAwareCache<Integer, byte[]> cache = MemoryAwareCache.<Integer, byte[]>builder()
                .maximumHeapShare(SHARE)
                .sizer((key, value) -> value.length / 2)
                .executor(Runnable::run)
                .governor(governor)
                .build();
        Witness witness = new Witness();
        governor.register(witness); // after the cache, so told after it
        long heap = Runtime.getRuntime().maxMemory();
        int next = 0;
        for (int step = 0; step < STEPS; step++) {
            System.gc();
            if (!witness.seen.tryAcquire(20, TimeUnit.SECONDS)) {
                System.out.println("no evidence of a collection: " + pressure.state());
                break;
            }
            for (int i = 0; i < 0.05 * heap / VALUE_BYTES; i++) {
                cache.put(next++, new byte[VALUE_BYTES]);
            }
        }
        double held = (double) cache.estimatedSize() * VALUE_BYTES / heap;
        System.out.printf("calibration=%.3f held=%.3f%n", cache.footprint().calibration(), held);
        governor.close();
        pressure.close();
    }

    private static final class Witness implements Shrinkable {
        final Semaphore seen = new Semaphore(0);

        @Override
        public String name() {
            return "witness";
        }

        @Override
        public long footprintBytes() {
            return 0;
        }

        @Override
        public void limitBytes(long bytes) {}

        @Override
        public void heapCollected(PressureState evidence, long heldBytes) {
            seen.release();
        }
    }
}
