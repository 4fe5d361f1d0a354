package io.heapwise.demo.wordnet;

import io.heapwise.demo.naive.ArticleCache;

/** The article's cache, at its best: with room for as many pages as fit. */
final class Naive extends WordLookup {

    private static final double ARTICLE_PERCENTAGE = 70;

    @Override
    public String name() {
        return "naive";
    }

    @Override
    public String title() {
        return "the article's cache";
    }

    @Override
    public String setUp(long heapBytes) {
        return "The article's MemoryAwareCache, carried over method by method with one lock around it, its 70 % kept and"
                + " its maxSize raised from 100 to " + HandSize.pages(heapBytes) + ", the number that Caffeine gets."
                + " The article assigns to a const at the first pressure, which is a TypeError and would end every set;"
                + " here the variable is assignable, as was plainly meant. The JVM's heap is at its full size from the"
                + " start, the kindest reading of the article's used/total.";
    }

    @Override
    Pages open(SlowStore store, long heapBytes) {
        ArticleCache<String> cache = new ArticleCache<>(HandSize.pages(heapBytes), ARTICLE_PERCENTAGE);
        return Pages.of(
                word -> {
                    String page = cache.get(word);
                    if (page == null) {
                        page = store.fetch(word);
                        cache.set(word, page);
                    }
                    return page;
                },
                cache::size);
    }
}
