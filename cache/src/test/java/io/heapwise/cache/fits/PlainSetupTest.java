package io.heapwise.cache.fits;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Code that was written for Caffeine's types alone, no framework between, cannot tell which cache it was given. */
final class PlainSetupTest {
    /** Knows Caffeine's interfaces and nothing of us. */
    private record Catalogue(LoadingCache<Integer, String> titles, Cache<String, List<Integer>> searches) {
        String title(int id) {
            return titles.get(id);
        }

        List<Integer> search(String word) {
            return searches.get(word, found -> List.of(found.length(), found.hashCode()));
        }

        void changed(int id) {
            titles.invalidate(id);
            searches.asMap().values().removeIf(ids -> ids.contains(id));
        }

        CacheStats stats() {
            return titles.stats().plus(searches.stats());
        }

        OptionalLong room() {
            return titles.policy().eviction().stream()
                    .mapToLong(Policy.Eviction::getMaximum)
                    .findFirst();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void itDoesWhatItDidWithCaffeine(Kind kind) {
        Catalogue catalogue = new Catalogue(kind.make(10, id -> "title " + id), kind.make(10));
        assertThat(catalogue.title(1)).isEqualTo("title 1");
        assertThat(catalogue.title(1)).isEqualTo("title 1");
        assertThat(catalogue.search("word")).startsWith(4);
        catalogue.changed(4);
        assertThat(catalogue.searches().asMap()).isEmpty();
        catalogue.changed(1);
        assertThat(catalogue.titles().getIfPresent(1)).isNull();
        assertThat(catalogue.titles().getAll(List.of(1, 2))).isEqualTo(Map.of(1, "title 1", 2, "title 2"));
        assertThat(catalogue.room()).hasValue(10);
        assertThat(catalogue.stats().hitCount()).isEqualTo(1);
        assertThat(catalogue.stats().missCount()).isEqualTo(5);
        assertThat(catalogue.stats().loadSuccessCount()).isEqualTo(4);
    }
}
