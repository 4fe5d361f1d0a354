package io.heapwise.demo.naive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArticleCacheTest {

    /** More than any heap can be in use: the memory rule never fires. */
    private static final double NEVER = 101;

    @Test
    void aMissIsNullAndIsCounted() {
        ArticleCache<String> cache = new ArticleCache<>(2, NEVER);
        assertThat(cache.get("a")).isNull();
        assertThat(cache.getStats().misses()).isEqualTo(1);
    }

    @Test
    void aHitGivesTheValueAndIsCounted() {
        ArticleCache<String> cache = new ArticleCache<>(2, NEVER);
        cache.set("a", "1");
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.getStats().hits()).isEqualTo(1);
    }

    @Test
    void aFullCacheEvictsTheFirstOfThoseNotUsedSince() {
        ArticleCache<String> cache = new ArticleCache<>(2, NEVER);
        cache.set("a", "1");
        long setAt = System.currentTimeMillis();
        cache.set("b", "2");
        // The clock's grain is a millisecond, and a tie goes to the older entry: use "a" in a later one.
        while (System.currentTimeMillis() <= setAt + 1) {
            Thread.onSpinWait();
        }
        cache.get("a");
        cache.set("c", "3");
        assertThat(cache.get("b")).isNull();
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.get("c")).isEqualTo("3");
        assertThat(cache.getStats().evictions()).isEqualTo(1);
    }

    @Test
    void replacingAKeyInAFullCacheEvictsAnotherAsInTheArticle() {
        ArticleCache<String> cache = new ArticleCache<>(2, NEVER);
        cache.set("a", "1");
        cache.set("b", "2");
        cache.set("b", "3");
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.get("b")).isEqualTo("3");
    }

    @Test
    void anyUseOfMemoryOverTheThresholdEvictsEverything() {
        ArticleCache<String> cache = new ArticleCache<>(100, 0);
        for (int i = 0; i < 10; i++) {
            cache.set("key" + i, "value");
        }
        assertThat(cache.size()).isEqualTo(1);
        assertThat(cache.getStats().evictions()).isEqualTo(9);
    }

    @Test
    void anEmptyKeyIsNeverEvictedAsInTheArticle() {
        ArticleCache<String> cache = new ArticleCache<>(1, NEVER);
        cache.set("", "1");
        cache.set("a", "2");
        assertThat(cache.get("")).isEqualTo("1");
        assertThat(cache.size()).isEqualTo(2);
    }
}
