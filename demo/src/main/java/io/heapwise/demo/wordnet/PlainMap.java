package io.heapwise.demo.wordnet;

import java.util.concurrent.ConcurrentHashMap;

/** A map that never forgets. */
final class PlainMap extends WordLookup {

    @Override
    public String name() {
        return "map";
    }

    @Override
    public String title() {
        return "a plain map";
    }

    @Override
    public String setUp(long heapBytes) {
        return "A ConcurrentHashMap and computeIfAbsent. Nothing is ever removed.";
    }

    @Override
    Pages open(SlowStore store, long heapBytes) {
        ConcurrentHashMap<String, String> map = new ConcurrentHashMap<>();
        return Pages.of(word -> map.computeIfAbsent(word, store::fetch), map::mappingCount);
    }
}
