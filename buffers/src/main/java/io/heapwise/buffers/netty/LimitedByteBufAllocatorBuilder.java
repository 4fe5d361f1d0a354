package io.heapwise.buffers.netty;

import io.heapwise.buffers.LimitPolicy;
import io.heapwise.buffers.internal.Account;
import io.heapwise.buffers.internal.AwaitedMemory;
import io.heapwise.memory.LeakTracker;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.Objects;

/**
 * Says how an allocator is to be limited. Invariant: whatever it was told, {@link #build} makes an allocator that works. For one thread.
 *
 * @since 0.1.0
 */
public final class LimitedByteBufAllocatorBuilder {
    private static final int MAX_WAITERS = 10_000;

    private final ByteBufAllocator within;
    private String name = "buffers";
    private long maxBytes = Long.MAX_VALUE;
    private LimitPolicy policy = LimitPolicy.FAIL;
    private Duration waitTimeout = Duration.ofSeconds(30);
    private LeakTracker.Mode leaks = LeakTracker.Mode.SAMPLED;

    LimitedByteBufAllocatorBuilder(ByteBufAllocator within) {
        this.within = within;
    }

    /**
     * What it is for, in messages. By default "buffers".
     *
     * @param name any
     * @return this
     */
    public LimitedByteBufAllocatorBuilder name(String name) {
        this.name = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * The most bytes that buffers may have at a time. By default there is no limit, and buffers are only counted.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public LimitedByteBufAllocatorBuilder maxBytes(long bytes) {
        maxBytes = requirePositive(bytes);
        return this;
    }

    /**
     * What to do when a limit does not allow a buffer, or does not allow it to grow. By default it fails. What falls back to the heap counts for no limit.
     *
     * @param policy see there; an event loop must not {@link LimitPolicy#WAIT}, as it is what would release
     * @return this
     */
    public LimitedByteBufAllocatorBuilder onLimit(LimitPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * How long to {@linkplain LimitPolicy#WAIT wait}. By default 30 s.
     *
     * @param timeout zero or more, up to 292 years
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public LimitedByteBufAllocatorBuilder waitTimeout(Duration timeout) {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("waitTimeout=" + timeout + " (expected 0 to 292 years): give a time");
        }
        waitTimeout = timeout;
        return this;
    }

    /**
     * Of how many buffers it is known where they were taken. What is charged for one that is tracked and dropped without being released comes back, and it is
     * reported. By default a few are.
     *
     * @param mode all in tests
     * @return this
     */
    public LimitedByteBufAllocatorBuilder leaks(LeakTracker.Mode mode) {
        leaks = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * Makes the allocator.
     *
     * @return a new allocator
     */
    public LimitedByteBufAllocator build() {
        AwaitedMemory awaited = new AwaitedMemory(MAX_WAITERS);
        return new LimitedByteBufAllocator(
                within,
                new Account(name, maxBytes, null, awaited),
                awaited,
                policy,
                waitTimeout.toNanos(),
                LeakTracker.named("buffer of " + name, leaks));
    }

    static long requirePositive(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    "maxBytes=" + bytes + " (expected >= 1): give the bytes that may be in use at a time");
        }
        return bytes;
    }
}
