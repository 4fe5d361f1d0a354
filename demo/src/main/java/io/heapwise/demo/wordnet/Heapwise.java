package io.heapwise.demo.wordnet;

import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareLoadingCache;

/** Ours, told how much of the heap it may have and nothing about the pages. */
final class Heapwise extends WordLookup {

    private static final double HEAP_SHARE = 0.5;

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "MemoryAwareCache.builder().maximumHeapShare(" + HEAP_SHARE
                + ").build(loader): half of the heap, measured by what the pages"
                + " take, since this JVM has nothing else to hold (left out, it is a quarter). The share says nothing about"
                + " this text and stays the same in another heap. Its policy is LRU.";
    }

    @Override
    Pages open(SlowStore store, long heapBytes) {
        MemoryAwareLoadingCache<String, String> cache = MemoryAwareCache.<String, String>builder()
                .maximumHeapShare(HEAP_SHARE)
                .build(store::fetch);
        return Pages.of(cache::get, cache::estimatedSize);
    }
}
