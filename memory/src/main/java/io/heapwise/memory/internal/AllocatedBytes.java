package io.heapwise.memory.internal;

import com.sun.management.ThreadMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * How much was ever allocated in the heap. Invariant: never more than was allocated; on runtimes before 21 what ended
 * threads had allocated is missing. Never throws; 0 where it cannot be known.
 *
 * <p>Cost: a walk over the threads, some microseconds for hundreds of them; before 21 it allocates two longs a thread.
 */
final class AllocatedBytes {
    private final @Nullable ThreadMXBean threads;
    private final @Nullable MethodHandle total;

    AllocatedBytes() {
        ThreadMXBean bean = null;
        MethodHandle handle = null;
        try {
            bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
            if (bean != null && !(bean.isThreadAllocatedMemorySupported() && bean.isThreadAllocatedMemoryEnabled())) {
                bean = null;
            }
            handle = MethodHandles.publicLookup()
                    .findVirtual(ThreadMXBean.class, "getTotalThreadAllocatedBytes", MethodType.methodType(long.class));
        } catch (Throwable before21) {
            // Then the threads are summed one by one.
        }
        threads = bean;
        total = handle;
    }

    /** All threads together, or 0 if that cannot be known. */
    long read() {
        ThreadMXBean bean = threads;
        if (bean == null) {
            return 0;
        }
        try {
            if (total != null) {
                return Math.max(0, (long) total.invokeExact(bean));
            }
            long sum = 0;
            for (long bytes : bean.getThreadAllocatedBytes(bean.getAllThreadIds())) {
                sum += Math.max(0, bytes);
            }
            return sum;
        } catch (Throwable odd) {
            return 0;
        }
    }
}
