package io.heapwise.buffers;

import io.heapwise.buffers.internal.AwaitedMemory;
import io.heapwise.buffers.internal.IdleMemory;
import io.heapwise.buffers.internal.Leasing;
import io.heapwise.buffers.internal.MemorySource;
import io.heapwise.buffers.internal.SlabPool;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.MemoryLimits;
import io.heapwise.memory.MemoryPressure;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says how an allocator is to be. Invariant: whatever it was told, {@link #build} makes an allocator that works.
 *
 * <p>For one thread. May build several, which have nothing in common.
 *
 * @since 0.1.0
 */
public final class BufferAllocatorBuilder {
    private static final int MOST_ALIGNMENT = 4096;
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(30);
    private static final Duration DEFAULT_IDLE = Duration.ofSeconds(10);

    private String name = "buffers";
    private MemorySource source = MemorySource.DIRECT;
    private boolean isPooling = true;
    private boolean isZeroing;
    private int alignment = 1;
    private long maxBytes = Long.MAX_VALUE;
    private LimitPolicy policy = LimitPolicy.FAIL;
    private Duration waitTimeout = DEFAULT_WAIT;
    private int maxWaiters = 10_000;
    private Duration idleTrim = DEFAULT_IDLE;
    private boolean isParanoid;
    private LeakTracker.@Nullable Mode leaks;
    private @Nullable MemoryPressure pressure;

    BufferAllocatorBuilder() {}

    /**
     * What it is for, in messages. By default "buffers".
     *
     * @param name any
     * @return this
     */
    public BufferAllocatorBuilder name(String name) {
        this.name = Objects.requireNonNull(name, "name");
        return this;
    }

    /**
     * Memory outside the heap, which is the default: what the system reads into and writes from without a copy.
     *
     * @return this
     */
    public BufferAllocatorBuilder direct() {
        source = MemorySource.DIRECT;
        return this;
    }

    /**
     * Memory of the heap. A lease of less than 1 KiB is an array of its own then, which costs less than to keep one.
     *
     * @return this
     */
    public BufferAllocatorBuilder heap() {
        source = MemorySource.HEAP;
        return this;
    }

    /**
     * Takes memory from the system for each lease, and gives it back with it.
     *
     * @return this
     */
    public BufferAllocatorBuilder unpooled() {
        isPooling = false;
        return this;
    }

    /**
     * Has each lease begin at a multiple of some bytes, for what the hardware wants: 64 for a cache line, 4096 for a page.
     *
     * @param bytes a power of two up to 4096; by default 1, where leases of 64 bytes and more begin at a multiple of 16
     * @return this
     * @throws IllegalArgumentException if it is not
     */
    public BufferAllocatorBuilder alignment(int bytes) {
        if (bytes < 1 || bytes > MOST_ALIGNMENT || Integer.bitCount(bytes) != 1) {
            throw new IllegalArgumentException("alignment=" + bytes + " (expected a power of two from 1 to "
                    + MOST_ALIGNMENT + "): 64 is a cache line, 4096 a page");
        }
        alignment = bytes;
        return this;
    }

    /**
     * Overwrites memory with zeros when a lease ends, for secrets.
     *
     * @return this
     */
    public BufferAllocatorBuilder zeroOnRelease() {
        isZeroing = true;
        return this;
    }

    /**
     * The most that may be taken from the system at a time. By default, of direct memory, what the JVM allows for that, which is the size of the heap unless it
     * was told another (the JVM does not hold us to it, we do); of the heap, all of it. Memory comes in regions of an eighth of it, up to
     * 1 MiB: so with less than some tens of slabs the last of it may not be there for the size that is asked for.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public BufferAllocatorBuilder maxBytes(long bytes) {
        requirePositive("maxBytes", bytes);
        maxBytes = bytes;
        return this;
    }

    /**
     * What to do when the limit, a child's limit or the system does not allow an allocation. By default it fails.
     *
     * @param policy see there
     * @return this
     */
    public BufferAllocatorBuilder onLimit(LimitPolicy policy) {
        this.policy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * How long to {@linkplain LimitPolicy#WAIT wait}. By default 30 s.
     *
     * @param timeout zero or more
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public BufferAllocatorBuilder waitTimeout(Duration timeout) {
        waitTimeout = requireNotNegative("waitTimeout", timeout);
        return this;
    }

    /**
     * How many threads may {@linkplain LimitPolicy#WAIT wait} at a time; more are refused at once. By default 10,000.
     *
     * @param waiters 0 or more
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public BufferAllocatorBuilder maxWaiters(int waiters) {
        if (waiters < 0) {
            throw new IllegalArgumentException("maxWaiters=" + waiters + " (expected >= 0): 0 lets nobody wait");
        }
        maxWaiters = waiters;
        return this;
    }

    /**
     * For how long memory that is not in use is kept. By default 10 s; it may be half as much again.
     *
     * @param idle zero to keep all of it until {@link BufferAllocator#trim} or pressure
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public BufferAllocatorBuilder idleTrim(Duration idle) {
        idleTrim = requireNotNegative("idleTrim", idle);
        return this;
    }

    /**
     * The pressure at which memory that is not in use is given back at once, from HIGH on. By default the JVM's.
     *
     * @param pressure stays the caller's to close
     * @return this
     */
    public BufferAllocatorBuilder pressure(MemoryPressure pressure) {
        this.pressure = Objects.requireNonNull(pressure, "pressure");
        return this;
    }

    /**
     * Of how many leases it is known where they were taken. A lease that is tracked and dropped without being closed is reported, with the
     * place, and its memory comes back. By default a few are, and in {@linkplain #paranoid() paranoid mode} all.
     *
     * @param mode all in tests
     * @return this
     */
    public BufferAllocatorBuilder leaks(LeakTracker.Mode mode) {
        leaks = Objects.requireNonNull(mode, "mode");
        return this;
    }

    /**
     * Finds out who uses memory that is not his, for tests and for the hunt after a defect. Goes together with all other options, but nothing is pooled.
     *
     * <ul>
     *   <li>Closing a lease, or an owner, a second time throws {@link IllegalStateException}, whose causes say where it was closed first and where it was
     *       taken. So does {@code try} if the lease was closed before its end. Other methods of a closed lease throw as ever, and say so too.
     *   <li>A view of a closed lease throws, if memory is direct and the JDK is 22 or later. Otherwise what was leased last, up to 16 MiB or a sixteenth of the
     *       heap, is kept for a while, and looked at before it is freed: if somebody has written to it, a warning is logged that says where the lease
     *       was closed and taken. {@link BufferAllocator#trim} and {@link BufferAllocator#close} look at all of it, and so does whoever
     *       would exceed a limit.
     *   <li>There are 64 bytes before and behind each lease, or more before it, for its alignment, that nobody may write to. If somebody has, as native code can, or
     *       who takes the array out of a view, then {@link PooledBuffer#close} and {@link PooledBuffer#grow} throw {@link IllegalStateException}.
     *   <li>A lease is of just the size that was asked for. What is in it at first is {@code cd}, unless it was to be zero; after its end it is {@code dd}.
     *   <li>All leases are {@linkplain #leaks tracked}, unless that is said otherwise.
     * </ul>
     *
     * <p>What was found written, in either way, is counted in {@link BufferStats#damages}: a test should look at it after it has closed the allocator.
     *
     * <p>Slow: a lease takes memory from the system, fills and compares all of it, and notes the stacks of who takes it and who closes it; to close an arena,
     * as from JDK 22 on, all threads are stopped for a moment. The guards count for the limit of the allocator, but not for that of a child.
     *
     * @return this
     */
    public BufferAllocatorBuilder paranoid() {
        isParanoid = true;
        return this;
    }

    /**
     * Makes the allocator. It takes no memory before the first lease.
     *
     * @return a new allocator, to be closed
     * @throws IllegalStateException if the options do not go together
     */
    public BufferAllocator build() {
        if (source == MemorySource.HEAP && alignment > 1) {
            throw new IllegalStateException("alignment=" + alignment
                    + " on the heap (expected direct memory): the collector moves arrays; build it with direct()");
        }
        if (source == MemorySource.HEAP && policy == LimitPolicy.HEAP_FALLBACK) {
            throw new IllegalStateException(
                    "onLimit=HEAP_FALLBACK on the heap (expected direct memory): allow more instead, or wait");
        }
        long maxBytes = limitBytes();
        MemoryBudget budget = maxBytes == Long.MAX_VALUE
                ? null
                : MemoryBudget.builder(name, maxBytes).build();
        AwaitedMemory awaited = new AwaitedMemory(maxWaiters);
        boolean isKeeping = isPooling && !isParanoid;
        SlabPool pool = isParanoid
                ? SlabPool.guarding(source, alignment, budget, maxBytes, awaited)
                : new SlabPool(source, isKeeping, alignment, budget, maxBytes, awaited);
        SlabPool fallback = isParanoid
                ? SlabPool.guarding(MemorySource.HEAP, 1, null, Long.MAX_VALUE, awaited)
                : new SlabPool(MemorySource.HEAP, false, 1, null, Long.MAX_VALUE, awaited);
        Leasing leasing = new Leasing(
                pool,
                fallback,
                awaited,
                policy,
                nanosOf(waitTimeout),
                LeakTracker.named("lease of " + name, leakMode()),
                isZeroing);
        IdleMemory idleMemory = IdleMemory.start(leasing, isKeeping ? nanosOf(idleTrim) : 0, pressure);
        return new BufferAllocator(name, leasing, idleMemory, maxBytes);
    }

    private LeakTracker.Mode leakMode() {
        if (leaks != null) {
            return leaks;
        }
        return isParanoid ? LeakTracker.Mode.FULL : LeakTracker.Mode.SAMPLED;
    }

    private long limitBytes() {
        return maxBytes == Long.MAX_VALUE && source == MemorySource.DIRECT
                ? MemoryLimits.ofThisJvm().direct().bytes().orElse(Long.MAX_VALUE)
                : maxBytes;
    }

    static void requirePositive(String what, long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(
                    what + "=" + bytes + " (expected >= 1): give the bytes that may be in use at a time");
        }
    }

    private static Duration requireNotNegative(String what, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(what + "=" + time + " (expected >= 0): give a time");
        }
        return time;
    }

    private static long nanosOf(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException longer) {
            return Long.MAX_VALUE;
        }
    }
}
