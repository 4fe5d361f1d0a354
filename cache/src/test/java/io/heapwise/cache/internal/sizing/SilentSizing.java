package io.heapwise.cache.internal.sizing;

import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.MemoryAwareCache;

/** Sizes everything there is in a JVM without flags of ours. A main program: what it prints, warnings too, is the test. */
final class SilentSizing {
    private SilentSizing() {}

    public static void main(String[] arguments) {
        EntrySizer<Object, Object> sizer = EntrySizer.standard();
        MemoryAwareCache<Object, Object> cache = MemoryAwareCache.builder().build();
        int[] sized = {0};
        java.util.function.BiConsumer<String, Object> size = (name, object) -> {
            if (sizer.sizeOfBytes(name, object) <= 0) {
                throw new IllegalStateException("bytes of " + name + " are not positive");
            }
            cache.put(name, object);
            sized[0]++;
        };
        ApplicationCorpus.exactGraphs().forEach(size);
        ApplicationCorpus.estimatedGraphs().forEach(size);
        ApplicationCorpus.populations()
                .forEach((name, objects) -> objects.forEach(object -> size.accept(name, object)));
        SizerCorpus.exactGraphs().forEach(size);
        SizerCorpus.estimatedGraphs().forEach(size);
        SizerCorpus.applicationObjects().forEach(object -> size.accept("object", object));
        cache.close();
        System.out.println(sized[0] > 10_000 ? "sized without a word" : "sized only " + sized[0]);
    }
}
