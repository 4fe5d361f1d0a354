package io.heapwise.buffers.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where memory comes from. Invariant: what it gives is zero, begins at the alignment asked for, and is the caller's until {@link Memory#free}.
 *
 * <p>Direct memory is freed at once. The JDK offers that by an arena, from 22 on; before, only by a method of {@code sun.misc.Unsafe} that is reached by
 * reflection, for which no flag is needed, and which warns from 24 on. Where neither is there, freeing is left to the collector.
 */
public enum MemorySource {
    /** Arrays. */
    HEAP {
        @Override
        public Memory allocate(int bytes, int alignment) {
            return new Memory(ByteBuffer.allocate(bytes), () -> {});
        }
    },

    /** Memory outside the heap. */
    DIRECT {
        @Override
        public Memory allocate(int bytes, int alignment) {
            return Direct.allocate(bytes, Math.max(alignment, LEAST_ALIGNMENT));
        }
    };

    /** A cache line: what begins elsewhere shares one with a stranger. */
    private static final int LEAST_ALIGNMENT = 64;

    /**
     * Takes memory.
     *
     * @param bytes how many, at least 1
     * @param alignment of the first, a power of two; only for direct memory
     * @throws OutOfMemoryError when there is not so much
     */
    public abstract Memory allocate(int bytes, int alignment);

    /** Whether the beans of the JDK do not count what was allocated here. */
    public boolean isUnseen() {
        return this == DIRECT && Direct.ARENAS != null;
    }

    /**
     * Memory, and how to give it back.
     *
     * @param buffer all of it
     * @param freeing gives it back; once, when nobody uses it any more
     */
    public record Memory(ByteBuffer buffer, Runnable freeing) {
        void free() {
            freeing.run();
        }
    }

    /** The one class that frees direct memory. */
    private static final class Direct {
        static final @Nullable Arenas ARENAS = Arenas.find();
        private static final @Nullable MethodHandle CLEANER = ARENAS == null ? findCleaner() : null;

        private Direct() {}

        static Memory allocate(int bytes, int alignment) {
            if (ARENAS != null) {
                return ARENAS.allocate(bytes, alignment);
            }
            if (bytes > Integer.MAX_VALUE - alignment) {
                throw new OutOfMemoryError("bytes=" + bytes + " aligned to " + alignment + " (expected <= "
                        + (Integer.MAX_VALUE - alignment) + ")");
            }
            ByteBuffer whole = ByteBuffer.allocateDirect(bytes + alignment - 1);
            int gap = -whole.alignmentOffset(0, alignment) & (alignment - 1);
            return new Memory(whole.slice(gap, bytes), () -> clean(whole));
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
    }

    /** Memory that is freed by closing an arena, which every thread may do. */
    private record Arenas(MethodHandle open, MethodHandle allocate, MethodHandle view, MethodHandle close) {
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
                        lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                                .asType(MethodType.methodType(ByteBuffer.class, Object.class)),
                        lookup.findVirtual(arena, "close", MethodType.methodType(void.class))
                                .asType(MethodType.methodType(void.class, Object.class)));
            } catch (ReflectiveOperationException missing) {
                throw new IllegalStateException("this JDK has no arenas (expected them from 22 on)", missing);
            }
        }

        Memory allocate(int bytes, int alignment) {
            try {
                Object arena = (Object) open.invokeExact();
                try {
                    Object segment = (Object) allocate.invokeExact(arena, (long) bytes, (long) alignment);
                    return new Memory((ByteBuffer) view.invokeExact(segment), () -> closeArena(arena));
                } catch (Throwable failed) {
                    closeArena(arena);
                    throw failed;
                }
            } catch (RuntimeException | Error failed) {
                throw failed;
            } catch (Throwable impossible) {
                throw new IllegalStateException("an arena cannot be used (expected it to be ours)", impossible);
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
