package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link Cache#policy()}: looking without touching, and the bound that can be moved. */
abstract class PolicyContract extends Contract {
    PolicyContract(CacheMaker maker) {
        super(maker);
    }

    private Cache<Integer, Integer> sized(int maximum, int count) {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().maximumSize(maximum).recordStats());
        IntStream.range(0, count).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        return cache;
    }

    private static Policy.Eviction<Integer, Integer> eviction(Cache<Integer, Integer> cache) {
        return cache.policy().eviction().orElseThrow();
    }

    @Test
    void aQuietLookUpCountsNothing() {
        Cache<Integer, Integer> cache = sized(10, 5);
        assertThat(cache.policy().getIfPresentQuietly(3)).isEqualTo(3);
        assertThat(cache.policy().getIfPresentQuietly(9)).isNull();
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
    }

    @Test
    void aQuietEntryIsASnapshot() {
        Cache<Integer, Integer> cache = sized(10, 5);
        Policy.CacheEntry<Integer, Integer> entry = cache.policy().getEntryIfPresentQuietly(3);
        assertThat(entry.getKey()).isEqualTo(3);
        assertThat(entry.getValue()).isEqualTo(3);
        assertThat(entry.weight()).isEqualTo(1);
        assertThat(entry.refreshableAfter()).isPositive();
        assertThat(entry.expiresAfter()).isPositive();
        assertThatThrownBy(() -> entry.setValue(4)).isInstanceOf(UnsupportedOperationException.class);
        cache.put(3, 33);
        assertThat(entry.getValue()).isEqualTo(3);
        assertThat(cache.policy().getEntryIfPresentQuietly(99)).isNull();
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
    }

    @Test
    void policiesThatAreNotSetAreEmpty() {
        Policy<Integer, Integer> policy =
                this.<Integer, Integer>cache(Setup.plain()).policy();
        assertThat(policy.expireAfterAccess()).isEmpty();
        assertThat(policy.expireAfterWrite()).isEmpty();
        assertThat(policy.expireVariably()).isEmpty();
        assertThat(policy.refreshAfterWrite()).isEmpty();
        assertThat(policy.refreshes()).isEmpty();
        assertThat(policy.eviction()).isPresent();
    }

    @Test
    void aCacheBoundedBySizeHasNoWeights() {
        Cache<Integer, Integer> cache = sized(10, 5);
        assertThat(eviction(cache).isWeighted()).isFalse();
        assertThat(eviction(cache).weightedSize()).isEmpty();
        assertThat(eviction(cache).weightOf(3)).isEmpty();
        assertThat(eviction(cache).getMaximum()).isEqualTo(10);
    }

    @Test
    void aCacheBoundedByWeightTellsThem() {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().maximumWeight(1_000, (key, value) -> value));
        cache.put(1, 10);
        cache.put(2, 20);
        assertThat(eviction(cache).isWeighted()).isTrue();
        assertThat(eviction(cache).weightedSize()).hasValue(30);
        assertThat(eviction(cache).weightOf(2)).hasValue(20);
        assertThat(eviction(cache).weightOf(3)).isEmpty();
        assertThat(eviction(cache).getMaximum()).isEqualTo(1_000);
        assertThat(cache.policy().getEntryIfPresentQuietly(2).weight()).isEqualTo(20);
        cache.put(2, 25);
        cache.cleanUp();
        assertThat(eviction(cache).weightedSize()).hasValue(35);
        cache.invalidate(1);
        cache.cleanUp();
        assertThat(eviction(cache).weightedSize()).hasValue(25);
        cache.invalidateAll();
        cache.cleanUp();
        assertThat(eviction(cache).weightedSize()).hasValue(0);
    }

    @Test
    void loweringTheMaximumEvictsDownToIt() {
        Cache<Integer, Integer> cache = sized(5_000, 5_000);
        eviction(cache).setMaximum(100);
        assertThat(eviction(cache).getMaximum()).isEqualTo(100);
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(100).isGreaterThan(50);
        assertThat(cache.stats().evictionCount()).isEqualTo(5_000 - cache.estimatedSize());
    }

    @Test
    void raisingTheMaximumMakesRoom() {
        Cache<Integer, Integer> cache = sized(10, 10);
        eviction(cache).setMaximum(5_000);
        IntStream.range(0, 5_000).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isGreaterThan(4_900).isLessThanOrEqualTo(5_000);
    }

    @Test
    void aNegativeMaximumIsRefusedAndChangesNothing() {
        Cache<Integer, Integer> cache = sized(10, 5);
        assertThatThrownBy(() -> eviction(cache).setMaximum(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(eviction(cache).getMaximum()).isEqualTo(10);
        assertThat(cache.estimatedSize()).isEqualTo(5);
    }

    @Test
    void loweringTheMaximumToNothingEmptiesTheCache() {
        Cache<Integer, Integer> cache = sized(10, 10);
        eviction(cache).setMaximum(0);
        cache.cleanUp();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void coldestAndHottestHoldEveryEntryOnce() {
        Cache<Integer, Integer> cache = sized(1_000, 500);
        Map<Integer, Integer> everything = Map.copyOf(cache.asMap());
        assertThat(eviction(cache).coldest(Integer.MAX_VALUE)).isEqualTo(everything);
        assertThat(eviction(cache).hottest(Integer.MAX_VALUE)).isEqualTo(everything);
        assertThat(eviction(cache).coldest(7)).hasSize(7);
        assertThat(eviction(cache).hottest(7)).hasSize(7);
        assertThat(eviction(cache).coldest(0)).isEmpty();
        assertThat(eviction(cache).hottest(0)).isEmpty();
    }

    @Test
    void hottestIsColdestBackwards() {
        Cache<Integer, Integer> cache = sized(1_000, 300);
        List<Integer> cold = new ArrayList<>(eviction(cache).coldest(1_000).keySet());
        List<Integer> hot = new ArrayList<>(eviction(cache).hottest(1_000).keySet());
        java.util.Collections.reverse(hot);
        assertThat(hot).isEqualTo(cold);
    }

    @Test
    void negativeLimitsAreRefused() {
        Policy.Eviction<Integer, Integer> eviction = eviction(sized(10, 5));
        assertThatThrownBy(() -> eviction.coldest(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> eviction.hottest(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> eviction.coldestWeighted(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> eviction.hottestWeighted(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void snapshotsCannotBeModified() {
        Policy.Eviction<Integer, Integer> eviction = eviction(sized(10, 5));
        assertThatThrownBy(() -> eviction.coldest(5).clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> eviction.hottest(5).clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void weightedSnapshotsStayBelowTheWeight() {
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumWeight(10_000, (key, value) -> 10));
        IntStream.range(0, 100).forEach(i -> cache.put(i, i));
        assertThat(eviction(cache).coldestWeighted(55)).hasSizeBetween(1, 5);
        assertThat(eviction(cache).hottestWeighted(55)).hasSizeBetween(1, 5);
        assertThat(eviction(cache).coldestWeighted(Long.MAX_VALUE)).hasSize(100);
        assertThat(eviction(cache).coldestWeighted(0)).isEmpty();
    }

    @Test
    void orderedEntriesCanBeStreamed() {
        Cache<Integer, Integer> cache = sized(100, 50);
        List<Integer> cold = eviction(cache)
                .coldest(entries -> entries.map(Map.Entry::getKey).collect(Collectors.toList()));
        assertThat(cold).isEqualTo(new ArrayList<>(eviction(cache).coldest(100).keySet()));
        assertThat(eviction(cache).<Long>hottest(java.util.stream.Stream::count))
                .isEqualTo(50);
        assertThat(eviction(cache)
                        .<Integer>coldest(entries ->
                                entries.mapToInt(Policy.CacheEntry::weight).sum()))
                .isEqualTo(50);
        assertThatThrownBy(() -> eviction(cache)
                        .hottest((java.util.stream.Stream<Policy.CacheEntry<Integer, Integer>> entries) -> {
                            throw new ArithmeticException("on purpose");
                        }))
                .isInstanceOf(ArithmeticException.class);
    }
}
