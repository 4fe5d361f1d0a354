package io.heapwise.buffers.internal;

import io.heapwise.buffers.BufferAllocator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is behind an allocator, for other packages of this module. Invariant: set once, by the class itself, before there is an allocator. */
public final class Behind {
    private static volatile @Nullable Function<BufferAllocator, Leasing> opener;

    private Behind() {}

    /** For {@link BufferAllocator} alone. */
    public static void opensWith(Function<BufferAllocator, Leasing> opener) {
        Behind.opener = opener;
    }

    /** What gives its leases. */
    public static Leasing of(BufferAllocator allocator) {
        Function<BufferAllocator, Leasing> known = opener;
        if (known == null) {
            throw new IllegalStateException("no allocator has been made (expected " + allocator + ")");
        }
        return known.apply(allocator);
    }
}
