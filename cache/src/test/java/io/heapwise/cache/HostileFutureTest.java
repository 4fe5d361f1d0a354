package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Expiry;
import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures and functions that misbehave: the cache of them stays sound, and its keys stay free. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HostileFutureTest {
    private static MemoryAwareCacheBuilder<String, Integer> builder() {
        return MemoryAwareCache.<String, Integer>builder().executor(Runnable::run);
    }

    @Test
    void aLoadThatAsksTheViewForItsOwnKeyIsRefused() {
        MemoryAwareAsyncCache<String, Integer> cache = builder().maximumSize(10).buildAsync();
        assertThatThrownBy(() ->
                        cache.synchronous().get("a", key -> cache.synchronous().get("a", k -> 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("recursive");
        assertThat(cache.asMap()).isEmpty();
        assertThatThrownBy(() -> cache.get("b", (key, executor) -> cache.get("b", k -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cache.synchronous().get("a", key -> 2)).isEqualTo(2);
        assertThat(cache.get("b", key -> 3).join()).isEqualTo(3);
        CacheIntegrity.check(cache.synchronous());
    }

    @Test
    void aCancelledFutureLeavesAndItsLoadGoesOnUnkept() {
        MemoryAwareAsyncCache<String, Integer> cache = builder().maximumSize(10).buildAsync();
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.get("a", (key, executor) -> loading).cancel(true);
        assertThat(cache.getIfPresent("a")).isNull();
        assertThatThrownBy(loading::join).isInstanceOf(CancellationException.class);
        CacheIntegrity.check(cache.synchronous());
    }

    @Test
    void aWeigherThatRefusesAValueFreesItsKey() {
        MemoryAwareAsyncCache<String, Integer> cache = builder()
                .maximumWeight(100)
                .weigher((key, value) -> {
                    if (value == 13) {
                        throw new ArithmeticException("on purpose");
                    }
                    return value;
                })
                .buildAsync();
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        loading.complete(13);
        assertThat(loading.join()).as("who holds the future has the value").isEqualTo(13);
        assertThat(cache.asMap()).isEmpty();
        assertThatThrownBy(() -> cache.synchronous().get("a", key -> 13)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.put("a", CompletableFuture.completedFuture(13)))
                .isInstanceOf(ArithmeticException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.synchronous().get("a", key -> 14)).isEqualTo(14);
        CacheIntegrity.check(cache.synchronous());
    }

    @Test
    void anExpiryThatRefusesAValueFreesItsKey() {
        MemoryAwareAsyncCache<String, Integer> cache = builder()
                .maximumSize(100)
                .ticker(new ManualTicker())
                .expireAfter(Expiry.creating((key, value) -> Duration.ofSeconds(10 / (13 - value))))
                .buildAsync();
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        loading.complete(13);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.synchronous().get("a", key -> 12)).isEqualTo(12);
        CacheIntegrity.check(cache.synchronous());
    }

    @Test
    void aFutureThatIsChangedAfterItWasCompleteChangesNoBooks() {
        MemoryAwareAsyncCache<String, Integer> cache =
                builder().maximumWeight(100).weigher((key, value) -> value).buildAsync();
        CompletableFuture<Integer> future = CompletableFuture.completedFuture(30);
        cache.put("a", future);
        future.obtrudeValue(50);
        future.obtrudeException(new IllegalStateException("on purpose"));
        cache.put("b", CompletableFuture.completedFuture(20));
        assertThat(cache.synchronous().asMap()).isNotEqualTo(Map.of());
        cache.synchronous().invalidate("a");
        assertThat(cache.synchronous().policy().eviction().orElseThrow().weightedSize())
                .hasValue(20);
        CacheIntegrity.check(cache.synchronous());
    }

    @Test
    void oneFutureUnderManyKeysSettlesAllOfThem() {
        MemoryAwareAsyncCache<String, Integer> cache =
                builder().maximumWeight(100).weigher((key, value) -> value).buildAsync();
        CompletableFuture<Integer> shared = new CompletableFuture<>();
        cache.put("a", shared);
        cache.put("b", shared);
        shared.complete(7);
        assertThat(cache.synchronous().asMap()).isEqualTo(Map.of("a", 7, "b", 7));
        assertThat(cache.synchronous().policy().eviction().orElseThrow().weightedSize())
                .hasValue(14);
        CacheIntegrity.check(cache.synchronous());
    }
}
