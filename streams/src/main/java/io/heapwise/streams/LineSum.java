package io.heapwise.streams;

import java.util.function.ToLongFunction;

/** The sum of a number of each line so far. */
final class LineSum implements LineAction<RuntimeException> {
    private final ToLongFunction<? super LineView> value;
    private long sum;

    LineSum(ToLongFunction<? super LineView> value) {
        this.value = value;
    }

    @Override
    public void accept(LineView line) {
        sum += value.applyAsLong(line);
    }

    long sum() {
        return sum;
    }
}
