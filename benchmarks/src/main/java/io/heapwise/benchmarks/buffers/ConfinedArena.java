package io.heapwise.benchmarks.buffers;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;

/**
 * The JDK's own way since JDK 22: an arena of one thread for each buffer, whose memory is zeroed. Invariant: nothing but the four calls, by
 * constants that are compiled like calls, since this is compiled for an earlier JDK.
 */
final class ConfinedArena implements Subject {
    private static final MethodHandle OPEN;
    private static final MethodHandle ALLOCATE;
    private static final MethodHandle SET;
    private static final MethodHandle VIEW;
    private static final MethodHandle CLOSE;

    static {
        try {
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
            Class<?> ofByte = Class.forName("java.lang.foreign.ValueLayout$OfByte");
            Object layout = Class.forName("java.lang.foreign.ValueLayout")
                    .getField("JAVA_BYTE")
                    .get(null);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            OPEN = lookup.findStatic(arena, "ofConfined", MethodType.methodType(arena))
                    .asType(MethodType.methodType(Object.class));
            ALLOCATE = lookup.findVirtual(arena, "allocate", MethodType.methodType(segment, long.class))
                    .asType(MethodType.methodType(Object.class, Object.class, long.class));
            SET = MethodHandles.insertArguments(
                            lookup.findVirtual(
                                    segment, "set", MethodType.methodType(void.class, ofByte, long.class, byte.class)),
                            1,
                            layout)
                    .asType(MethodType.methodType(void.class, Object.class, long.class, byte.class));
            VIEW = lookup.findVirtual(segment, "asByteBuffer", MethodType.methodType(ByteBuffer.class))
                    .asType(MethodType.methodType(ByteBuffer.class, Object.class));
            CLOSE = lookup.findVirtual(arena, "close", MethodType.methodType(void.class))
                    .asType(MethodType.methodType(void.class, Object.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Lent(Object arena, Object segment) {}

    @Override
    public Object allocate(int bytes) {
        try {
            Object arena = (Object) OPEN.invokeExact();
            return new Lent(arena, (Object) ALLOCATE.invokeExact(arena, (long) bytes));
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(Object buffer, int index) {
        try {
            SET.invokeExact(((Lent) buffer).segment, (long) index, (byte) 1);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void writeByView(Object buffer) {
        try {
            ByteBuffer unused = ((ByteBuffer) VIEW.invokeExact(((Lent) buffer).segment)).put(0, (byte) 1);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void release(Object buffer) {
        try {
            CLOSE.invokeExact(((Lent) buffer).arena);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public long heldBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
