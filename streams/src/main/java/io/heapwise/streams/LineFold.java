package io.heapwise.streams;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What has been made of the lines so far. */
final class LineFold<R extends @Nullable Object> implements LineAction<RuntimeException> {
    private final BiFunction<R, ? super LineView, R> accumulator;
    private R result;

    LineFold(R identity, BiFunction<R, ? super LineView, R> accumulator) {
        this.accumulator = accumulator;
        this.result = identity;
    }

    @Override
    public void accept(LineView line) {
        result = accumulator.apply(result, line);
    }

    R result() {
        return result;
    }
}
