package io.heapwise.benchmarks.streams;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The fixed windows of {@code java.util.stream.Gatherers}, which JDK 24 and later have: called through method handles, which the
 * compiler sees through since they are constants. Invariant: the windows of a stream are lists.
 */
final class Windows {
    private static final MethodHandle GATHER;
    private static final MethodHandle WINDOW_FIXED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> gatherer = Class.forName("java.util.stream.Gatherer");
            Class<?> gatherers = Class.forName("java.util.stream.Gatherers");
            GATHER = lookup.findVirtual(Stream.class, "gather", MethodType.methodType(Stream.class, gatherer))
                    .asType(MethodType.methodType(Stream.class, Stream.class, Object.class));
            WINDOW_FIXED = lookup.findStatic(gatherers, "windowFixed", MethodType.methodType(gatherer, int.class))
                    .asType(MethodType.methodType(Object.class, int.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "java=" + Runtime.version().feature() + " (expected >= 24): Stream.gather is not there before;"
                            + " leave this contestant out, as by -e Partition.jdk",
                    e);
        }
    }

    private Windows() {}

    static void forEach(Stream<?> items, int windowItems, Consumer<? super List<?>> consumer) {
        Stream<?> windows;
        try {
            Object gatherer = (Object) WINDOW_FIXED.invokeExact(windowItems);
            windows = (Stream<?>) GATHER.invokeExact(items, gatherer);
        } catch (Throwable e) {
            throw new IllegalStateException("gathering failed", e);
        }
        windows.forEach(window -> consumer.accept((List<?>) window));
    }
}
