package io.heapwise.demo.wordnet;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** Caffeine with a size that somebody found by trying. */
final class CaffeineByHand extends WordLookup {

    @Override
    public String name() {
        return "caffeine";
    }

    @Override
    public String title() {
        return "Caffeine, sized by hand";
    }

    @Override
    public String setUp(long heapBytes) {
        return "Caffeine.newBuilder().maximumSize(" + HandSize.pages(heapBytes) + "): the number was found by trying,"
                + " for this text and this heap.";
    }

    @Override
    Pages open(SlowStore store, long heapBytes) {
        LoadingCache<String, String> cache =
                Caffeine.newBuilder().maximumSize(HandSize.pages(heapBytes)).build(store::fetch);
        return Pages.of(cache::get, cache::estimatedSize);
    }
}
