package io.heapwise.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import io.heapwise.cache.EvictionPolicy;
import io.heapwise.cache.MemoryAwareCache;
import java.util.List;
import java.util.Map;

/** The contestants under pressure, each as its user would build it to live in a heap that it shares. */
final class PressureCaches {
    /** Heapwise with the share that it ships with, and with half of the heap, as one who trusts the governor would say. */
    static final List<String> CONTESTANTS =
            List.of("heapwise", "heapwiseHalf", PressureRow.BY_HAND, "caffeineSoft", "guavaSoft");

    /** An {@code Integer}, and the head of an array. */
    private static final int KEY_BYTES = 16;

    private static final int ARRAY_HEAD_BYTES = 16;

    private PressureCaches() {}

    /** What is asked for values, and shown to the one who counts what is left. */
    record Made(Subject<Integer, byte[]> subject, Map<Integer, byte[]> entries) {}

    /** @param handSizedBytes for one cache, of {@link #trueBytes} */
    static Made make(String contestant, PressureScenario scenario, long handSizedBytes) {
        return switch (contestant) {
            case "heapwise" ->
                made(MemoryAwareCache.<Integer, byte[]>builder()
                        .sizer((key, value) -> scenario.told(trueBytes(value)))
                        .evictionPolicy(EvictionPolicy.ADAPTIVE)
                        .build());
            case "heapwiseHalf" ->
                made(MemoryAwareCache.<Integer, byte[]>builder()
                        .maximumHeapShare(0.5)
                        .sizer((key, value) -> scenario.told(trueBytes(value)))
                        .evictionPolicy(EvictionPolicy.ADAPTIVE)
                        .build());
            case PressureRow.BY_HAND ->
                made(Caffeine.newBuilder()
                        .maximumWeight(handSizedBytes)
                        .weigher((Integer key, byte[] value) -> (int) trueBytes(value))
                        .build());
            case "caffeineSoft" -> made(Caffeine.newBuilder().softValues().<Integer, byte[]>build());
            case "guavaSoft" -> {
                com.google.common.cache.Cache<Integer, byte[]> cache =
                        CacheBuilder.newBuilder().softValues().build();
                yield new Made(Subjects.of(cache), cache.asMap());
            }
            default ->
                throw new IllegalArgumentException(
                        "contestant=" + contestant + " (expected one of " + CONTESTANTS + "): name one of these");
        };
    }

    private static Made made(com.github.benmanes.caffeine.cache.Cache<Integer, byte[]> cache) {
        return new Made(Subjects.of(cache), cache.asMap());
    }

    /** Key and value on the heap, to the eight bytes that objects are aligned by. */
    static long trueBytes(byte[] value) {
        return KEY_BYTES + ARRAY_HEAD_BYTES + (value.length + 7L) / 8 * 8;
    }
}
