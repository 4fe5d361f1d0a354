package io.heapwise.buffers.internal;

import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.PressureState;
import io.heapwise.memory.Subscription;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what is not in use, by time and by pressure. Invariant: one round at a time; and an allocator that is dropped is not kept by its rounds,
 * they end.
 */
public final class IdleMemory {
    private final Leasing leasing;
    private final long periodNanos;
    private final MemoryPressure pressure;
    private final boolean isPressureOwn;
    private final AtomicBoolean isAtWork = new AtomicBoolean();
    private volatile Subscription listening = Subscription.none();

    private IdleMemory(Leasing leasing, long periodNanos, MemoryPressure pressure, boolean isPressureOwn) {
        this.leasing = leasing;
        this.periodNanos = periodNanos;
        this.pressure = pressure;
        this.isPressureOwn = isPressureOwn;
    }

    /**
     * Begins to look.
     *
     * @param idleNanos for how long memory may be idle; 0 for ever
     * @param pressure null for the JVM's
     */
    public static IdleMemory start(Leasing leasing, long idleNanos, @Nullable MemoryPressure pressure) {
        // Found empty twice, half as far apart: so for as long at least as they are apart, and half as long again at
        // most.
        IdleMemory own = new IdleMemory(
                leasing, idleNanos / 2, pressure == null ? MemoryPressure.ofJvm() : pressure, pressure == null);
        WeakReference<IdleMemory> self = new WeakReference<>(own);
        if (own.periodNanos > 0) {
            arm(self, own.periodNanos);
        }
        own.listening = own.pressure.onChange(
                BufferThreads.SHARED, new Shedding(self, own.isPressureOwn ? own.pressure : null));
        return own;
    }

    private static void arm(WeakReference<IdleMemory> self, long periodNanos) {
        CompletableFuture<Void> timer = new CompletableFuture<>();
        Executor shared = BufferThreads.SHARED;
        var unused = timer.thenRunAsync(
                () -> {
                    IdleMemory idle = self.get();
                    if (idle != null && !idle.leasing.pool().isClosed()) {
                        try {
                            idle.round();
                        } finally {
                            arm(self, periodNanos);
                        }
                    }
                },
                shared);
        timer.completeOnTimeout(null, periodNanos, TimeUnit.NANOSECONDS);
    }

    /** Looks once. */
    public void round() {
        if (isAtWork.compareAndSet(false, true)) {
            try {
                if (pressure.atLeast(PressureLevel.HIGH)) {
                    leasing.trim();
                } else {
                    leasing.pool().trimIdle();
                }
            } finally {
                isAtWork.set(false);
            }
        }
    }

    /** Ends what {@link #start} began. */
    public void close() {
        listening.close();
        if (isPressureOwn) {
            pressure.close();
        }
    }

    /** Tells the one who looks after it, if there still is one. */
    private record Shedding(
            WeakReference<IdleMemory> idle, @Nullable MemoryPressure own) implements Consumer<PressureState> {
        @Override
        public void accept(PressureState state) {
            IdleMemory known = idle.get();
            if (known == null) {
                if (own != null) {
                    own.close(); // the allocator was dropped without being closed
                }
            } else if (state.level().atLeast(PressureLevel.HIGH)) {
                known.leasing.trim();
            }
        }
    }
}
