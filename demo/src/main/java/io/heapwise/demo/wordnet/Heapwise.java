package io.heapwise.demo.wordnet;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** Ours, with its defaults. */
final class Heapwise extends WordLookup {

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
        return "STAND-IN";
    }

    @Override
    Pages open(SlowStore store, long heapBytes) {
        LoadingCache<String, String> cache = Caffeine.newBuilder()
                .maximumWeight(heapBytes / 4)
                .<String, String>weigher((word, page) -> 112 + word.length() + page.length())
                .build(store::fetch);
        return Pages.of(cache::get, cache::estimatedSize);
    }
}
