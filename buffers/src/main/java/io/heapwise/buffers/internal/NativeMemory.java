package io.heapwise.buffers.internal;

import io.heapwise.memory.DirectMemory;
import io.heapwise.memory.Subscription;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.jspecify.annotations.Nullable;

/**
 * The one class that frees direct memory. Invariant: what is freed was allocated here, and nobody uses it.
 *
 * <p>The JDK frees by closing an arena, from 22 on; before, only by a method of {@code sun.misc.Unsafe} that is reached by reflection, for
 * which no flag is needed, and which warns from 24 on. Where neither is there, freeing is left to the collector.
 */
final class NativeMemory {
    /** A cache line: what begins elsewhere shares one with a stranger. */
    private static final int LEAST_ALIGNMENT = 64;

    /** Less is not worth a mapping: the system keeps a list of them. */
    private static final int LEAST_MAPPED_BYTES = 128 << 10;

    private static final int PAGE_BYTES = 4096;

    private static final @Nullable Arenas ARENAS = Arenas.find();
    private static final @Nullable MethodHandle CLEANER = ARENAS == null ? findCleaner() : null;

    private NativeMemory() {}

    /** Whether memory can be given back to the system at once, and so be counted by us alone. */
    static boolean canFree() {
        return ARENAS != null || CLEANER != null;
    }

    /** Where a direct buffer's first byte is; {@link Block#NO_ADDRESS} where only an internal API would say it. */
    static long addressOf(ByteBuffer direct) {
        return ARENAS == null ? Block.NO_ADDRESS : ARENAS.addressOf(direct);
    }

    /** Takes memory that is zero; see {@link MemorySource#allocate}. */
    static MemorySource.Memory allocate(int bytes, int alignment) {
        if (bytes >= LEAST_MAPPED_BYTES && alignment <= PAGE_BYTES && canFree()) {
            MemorySource.Memory mapped = PrivateMapping.map(bytes, ARENAS == null ? NativeMemory::mapped : ARENAS::map);
            if (mapped != null) {
                return mapped;
            }
        }
        int least = Math.max(alignment, LEAST_ALIGNMENT);
        return ARENAS == null ? allocateDirect(bytes, least) : ARENAS.allocate(bytes, least);
    }

    private static MemorySource.Memory allocateDirect(int bytes, int alignment) {
        if (bytes > Integer.MAX_VALUE - alignment) {
            throw new OutOfMemoryError("bytes=" + bytes + " aligned to " + alignment + " (expected <= "
                    + (Integer.MAX_VALUE - alignment) + ")");
        }
        ByteBuffer whole = ByteBuffer.allocateDirect(bytes + alignment - 1);
        int gap = -whole.alignmentOffset(0, alignment) & (alignment - 1);
        return new MemorySource.Memory(whole.slice(gap, bytes), () -> clean(whole), true, Subscription.none());
    }

    private static MemorySource.Memory mapped(FileChannel file, int bytes) throws IOException {
        ByteBuffer whole = file.map(MapMode.PRIVATE, 0, bytes);
        return new MemorySource.Memory(
                whole, () -> clean(whole), true, DirectMemory.report(DirectMemory.Kind.MAPPED, bytes));
    }

    private static void clean(ByteBuffer whole) {
        if (CLEANER != null) {
            try {
                CLEANER.invoke(whole);
            } catch (Throwable refused) {
                throw new IllegalStateException("direct memory cannot be freed (expected it to be ours)", refused);
            }
        }
    }

    private static @Nullable MethodHandle findCleaner() {
        try {
            Class<?> unsafe = Class.forName("sun.misc.Unsafe");
            Field instance = unsafe.getDeclaredField("theUnsafe");
            instance.setAccessible(true);
            return MethodHandles.lookup()
                    .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
                    .bindTo(instance.get(null));
        } catch (ReflectiveOperationException | RuntimeException notHere) {
            return null; // an image without that module: the collector frees it, later
        }
    }

    /** Memory that is freed by closing an arena, which every thread may do. */
    private record Arenas(
            MethodHandle open,
            MethodHandle allocate,
            MethodHandle map,
            MethodHandle view,
            MethodHandle segmentOf,
            MethodHandle address,
            MethodHandle close) {
        static @Nullable Arenas find() {
            if (Runtime.version().feature() < 22) {
                return null; // there it is a preview
            }
            try {
                MethodHandles.Lookup lookup = MethodHandles.publicLookup();
                Class<?> arena = Class.forName("java.lang.foreign.Arena");
                Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
                return new Arenas(
                        lookup.findStatic(arena, "ofShared", MethodType.methodType(arena))
                                .asType(MethodType.methodType(Object.class)),
                        lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class, long.class))
                                .asType(MethodType.methodType(Object.class, Object.class, long.class, long.class)),
                        lookup.findVirtual(
                                        FileChannel.class,
                                        "map",
                                        MethodType.methodType(segment, MapMode.class, long.class, long.class, arena))
                                .asType(MethodType.methodType(
                                        Object.class,
                                        FileChannel.class,
                                        MapMode.class,
                                        long.class,
                                        long.class,
                                        Object.class)),
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                                .asType(MethodType.methodType(ByteBuffer.class, Object.class)),
                        lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class))
                                .asType(MethodType.methodType(Object.class, ByteBuffer.class)),
                        lookup.findVirtual(segment, "address", MethodType.methodType(long.class))
                                .asType(MethodType.methodType(long.class, Object.class)),
                        lookup.findVirtual(arena, "close", MethodType.methodType(void.class))
                                .asType(MethodType.methodType(void.class, Object.class)));
            } catch (ReflectiveOperationException missing) {
                throw new IllegalStateException("this JDK has no arenas (expected them from 22 on)", missing);
            }
        }

        /** Makes a segment in an arena. */
        private interface Making {
            Object in(Object arena) throws Throwable;
        }

        MemorySource.Memory allocate(int bytes, int alignment) {
            try {
                return make(
                        arena -> (Object) allocate.invokeExact(arena, (long) bytes, (long) alignment),
                        DirectMemory.Kind.UNCOUNTED);
            } catch (IOException impossible) {
                throw new IllegalStateException("memory without a file failed on one", impossible);
            }
        }

        MemorySource.Memory map(FileChannel file, int bytes) throws IOException {
            return make(
                    arena -> (Object) map.invokeExact(file, MapMode.PRIVATE, 0L, (long) bytes, arena),
                    DirectMemory.Kind.MAPPED);
        }

        private MemorySource.Memory make(Making making, DirectMemory.Kind kind) throws IOException {
            try {
                Object arena = (Object) open.invokeExact();
                try {
                    Object segment = making.in(arena);
                    ByteBuffer buffer = (ByteBuffer) view.invokeExact(segment);
                    return new MemorySource.Memory(
                            buffer, () -> closeArena(arena), false, DirectMemory.report(kind, buffer.capacity()));
                } catch (Throwable failed) {
                    closeArena(arena);
                    throw failed;
                }
            } catch (IOException | RuntimeException | Error failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new IllegalStateException("an arena cannot be used (expected it to be ours)", impossible);
            }
        }

        long addressOf(ByteBuffer direct) {
            try {
                return (long) address.invokeExact(
                        (Object) segmentOf.invokeExact(direct.duplicate().clear()));
            } catch (RuntimeException | Error failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new IllegalStateException("a buffer has no address (expected it to be direct)", impossible);
            }
        }

        private void closeArena(Object arena) {
            try {
                close.invokeExact(arena);
            } catch (RuntimeException | Error failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new IllegalStateException("an arena cannot be closed (expected it to be ours)", impossible);
            }
        }
    }
}
