package io.heapwise.pools.internal;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Refuses bad arguments with errors that say the bound and what to do. */
public final class Arguments {
    /** What a pool may hold. */
    public static final int MOST_OBJECTS = 1 << 20;

    private Arguments() {}

    /** Returns {@code value} unless it is null. */
    public static <T> T require(String name, @Nullable T value) {
        if (value == null) {
            throw new NullPointerException(name + "=null (expected a value): pass one, or leave the option out");
        }
        return value;
    }

    /** Returns {@code value} if it is within both bounds. */
    public static int requireBetween(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + "=" + value + " (expected " + least + " to " + most + "): choose a value in between");
        }
        return value;
    }

    /** The nanoseconds of {@code value}, or the most that a long counts. */
    public static long nanosOf(String name, Duration value) {
        require(name, value);
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + "=" + value + " (expected >= 0): pass zero not to wait");
        }
        try {
            return value.toNanos();
        } catch (ArithmeticException longerThanALong) {
            return Long.MAX_VALUE;
        }
    }

    /** The nanoseconds of {@code value}, which must not be zero. */
    public static long positiveNanosOf(String name, Duration value) {
        long nanos = nanosOf(name, value);
        if (nanos == 0) {
            throw new IllegalArgumentException(
                    name + "=" + value + " (expected > 0): leave the option out for no limit");
        }
        return nanos;
    }
}
