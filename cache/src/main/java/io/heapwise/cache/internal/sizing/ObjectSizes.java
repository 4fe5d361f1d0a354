package io.heapwise.cache.internal.sizing;

import io.heapwise.cache.SelfSized;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The bytes of one object, by the first rule that fits: asked of it, computed for a JDK type, estimated from samples
 * for what has elements, learnt for what has fields, and else the object itself. Stateless.
 */
final class ObjectSizes {
    /** Looks below one key or value that is measured each time: eight elements, with a few of their own, three levels deep. */
    static final int LOOKS = 128;

    /** Looks of a measurement that stands for many. */
    static final int LOOKS_TO_LEARN = 256;

    /** The JDK caches boxes from -128 to 127 (JLS 5.1.7), and BigInteger.valueOf from -16 to 16. */
    private static final int SMALLEST_CACHED = -128;

    private static final int LARGEST_CACHED = 127;
    private static final int LARGEST_CACHED_BIG_INTEGER = 16;

    private ObjectSizes() {}

    static long bytes(Object object) {
        long profile = ClassProfiles.of(object.getClass());
        Shape shape = ClassProfiles.shape(profile);
        if (shape.hasElements()) {
            return ObjectWalk.bytes(object, LOOKS + 1);
        }
        long shellBytes = ClassProfiles.shellBytes(profile);
        return shape == Shape.OBJECT ? DeepParts.bytes(object, shellBytes) : leafBytes(object, shape, shellBytes);
    }

    /** What an object takes that has no elements: without what its fields refer to. */
    static long leafBytes(Object object, Shape shape, long shellBytes) {
        HeapLayout heap = ClassProfiles.HEAP;
        return switch (shape) {
            case SELF_SIZED -> ask((SelfSized) object);
            case SHARED -> 0;
            case SHORT -> boxBytes((Short) object, shellBytes);
            case CHARACTER -> boxBytes((Character) object, shellBytes);
            case INTEGER -> boxBytes((Integer) object, shellBytes);
            case LONG -> boxBytes((Long) object, shellBytes);
            case STRING -> shellBytes + stringArrayBytes((String) object);
            case PRIMITIVE_ARRAY -> heap.arrayBytes(Array.getLength(object), (int) shellBytes);
            case BIG_INTEGER -> bigIntegerBytes((BigInteger) object, shellBytes);
            case BIG_DECIMAL -> shellBytes + unscaledBytes((BigDecimal) object);
            case BIT_SET -> shellBytes + heap.arrayBytes(((BitSet) object).size() / Long.SIZE, Long.BYTES);
            case ATOMIC_INTEGER_ARRAY ->
                shellBytes + heap.arrayBytes(((AtomicIntegerArray) object).length(), Integer.BYTES);
            case ATOMIC_LONG_ARRAY -> shellBytes + heap.arrayBytes(((AtomicLongArray) object).length(), Long.BYTES);
            case BUFFER -> shellBytes + backingArrayBytes((Buffer) object);
            default -> shellBytes;
        };
    }

    private static long ask(SelfSized object) {
        long bytes;
        try {
            bytes = object.sizeBytes();
        } catch (RuntimeException failure) {
            throw new IllegalStateException(
                    "sizeBytes() of " + object.getClass().getName()
                            + " failed (expected bytes >= 0): fix its SelfSized.sizeBytes()",
                    failure);
        }
        if (bytes < 0) {
            throw new IllegalStateException("sizeBytes=" + bytes + " of "
                    + object.getClass().getName() + " (expected >= 0): fix its SelfSized.sizeBytes()");
        }
        return bytes;
    }

    private static long boxBytes(long value, long shellBytes) {
        return value >= SMALLEST_CACHED && value <= LARGEST_CACHED ? 0 : shellBytes;
    }

    private static long stringArrayBytes(String text) {
        HeapLayout heap = ClassProfiles.HEAP;
        boolean oneByte = heap.compactStrings() && Latin1.holds(text);
        return heap.arrayBytes(oneByte ? text.length() : 2L * text.length(), 1);
    }

    private static long bigIntegerBytes(BigInteger number, long shellBytes) {
        int bits = number.bitLength();
        if (bits <= Byte.SIZE && Math.abs(number.intValue()) <= LARGEST_CACHED_BIG_INTEGER) {
            return 0;
        }
        return shellBytes + magnitudeBytes(number, bits);
    }

    private static long magnitudeBytes(BigInteger number, int bits) {
        // bitLength is of two's complement: the magnitude of -2^n has one bit more
        boolean oneMore = bits % Integer.SIZE == 0 && number.signum() < 0 && number.getLowestSetBit() == bits;
        int magnitudeBits = oneMore ? bits + 1 : bits;
        return ClassProfiles.HEAP.arrayBytes((magnitudeBits + Integer.SIZE - 1) / Integer.SIZE, Integer.BYTES);
    }

    /** Up to 63 bits are kept in a field; beyond, unscaledValue() is the very object that the decimal holds. */
    private static long unscaledBytes(BigDecimal number) {
        BigInteger unscaled = number.unscaledValue();
        int bits = unscaled.bitLength();
        long shellBytes = ClassProfiles.shellBytes(ClassProfiles.of(BigInteger.class));
        return bits < Long.SIZE ? 0 : shellBytes + magnitudeBytes(unscaled, bits);
    }

    private static long backingArrayBytes(Buffer buffer) {
        if (buffer.isDirect()) {
            return 0;
        }
        if (buffer.hasArray()) {
            return bytes(buffer.array());
        }
        // A read-only heap buffer hides its array: at least its capacity is there. Other kinds without an array may be
        // views.
        return buffer instanceof ByteBuffer ? ClassProfiles.HEAP.arrayBytes(buffer.capacity(), 1) : 0;
    }
}
