package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPLICIT;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link LoadingCache#refresh}: a new value is fetched while the old one is still served. */
abstract class RefreshContract extends Contract {
    RefreshContract(CacheMaker maker) {
        super(maker);
    }

    /** A loader whose reloads end when the test says so. */
    private static final class Scripted implements CacheLoader<String, String> {
        final Queue<CompletableFuture<String>> reloads = new ArrayDeque<>();
        final AtomicInteger loads = new AtomicInteger();

        @Override
        public String load(String key) {
            loads.incrementAndGet();
            return "loaded " + key;
        }

        @Override
        public CompletableFuture<String> asyncReload(String key, String oldValue, Executor executor) {
            CompletableFuture<String> reload = new CompletableFuture<>();
            reloads.add(reload);
            return reload;
        }
    }

    @Test
    void refreshingAnAbsentKeyLoadsIt() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        assertThat(cache.refresh("a").join()).isEqualTo("loaded a");
        assertThat(cache.asMap()).containsOnly(Map.entry("a", "loaded a"));
        assertThat(loader.loads).hasValue(1);
    }

    @Test
    void theOldValueIsServedUntilTheNewOneIsThere() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        CompletableFuture<String> refresh = cache.refresh("a");
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(refresh).isNotDone();
        loader.reloads.remove().complete("new");
        assertThat(refresh.join()).isEqualTo("new");
        assertThat(cache.get("a")).isEqualTo("new");
        assertThat(loader.loads).hasValue(0);
    }

    @Test
    void aSecondRefreshJoinsTheFirst() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        CompletableFuture<String> first = cache.refresh("a");
        CompletableFuture<String> second = cache.refresh("a");
        assertThat(loader.reloads).hasSize(1);
        assertThat(cache.policy().refreshes()).containsOnlyKeys("a");
        loader.reloads.remove().complete("new");
        assertThat(first.join()).isEqualTo("new");
        assertThat(second.join()).isEqualTo("new");
        assertThat(cache.policy().refreshes()).isEmpty();
    }

    @Test
    void aFailedReloadKeepsTheOldValue() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        CompletableFuture<String> refresh = cache.refresh("a");
        loader.reloads.remove().completeExceptionally(new IOException("on purpose"));
        assertThat(refresh).isCompletedExceptionally();
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(cache.policy().refreshes()).isEmpty();
    }

    @Test
    void aFailedLoadOfAnAbsentKeyFailsTheFuture() {
        LoadingCache<String, String> cache = loading(key -> {
            throw new IOException("on purpose");
        });
        CompletableFuture<String> refresh = cache.refresh("a");
        assertThatThrownBy(refresh::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.policy().refreshes()).isEmpty();
    }

    @Test
    void aReloadThatFindsNothingRemovesTheKey() {
        Scripted loader = new Scripted();
        Notices<String, String> removals = new Notices<>();
        LoadingCache<String, String> cache = loading(Setup.<String, String>any().onRemoval(removals), loader);
        cache.put("a", "old");
        cache.refresh("a");
        loader.reloads.remove().complete(null);
        assertThat(cache.asMap()).isEmpty();
        assertThat(removals.told()).containsExactly(notice("a", "old", EXPLICIT));
    }

    @Test
    void theOldValueOfARefreshIsToldAsReplaced() {
        Scripted loader = new Scripted();
        Notices<String, String> removals = new Notices<>();
        LoadingCache<String, String> cache = loading(Setup.<String, String>any().onRemoval(removals), loader);
        cache.put("a", "old");
        cache.refresh("a");
        loader.reloads.remove().complete("new");
        assertThat(removals.told()).containsExactly(notice("a", "old", REPLACED));
    }

    @Test
    void aWriteDuringAReloadWinsOverIt() {
        Scripted loader = new Scripted();
        Notices<String, String> removals = new Notices<>();
        LoadingCache<String, String> cache = loading(Setup.<String, String>any().onRemoval(removals), loader);
        cache.put("a", "old");
        CompletableFuture<String> refresh = cache.refresh("a");
        cache.put("a", "written");
        loader.reloads.remove().complete("reloaded");
        assertThat(refresh.join()).isEqualTo("reloaded");
        assertThat(cache.get("a")).isEqualTo("written");
        assertThat(removals.told()).containsExactly(notice("a", "old", REPLACED), notice("a", "reloaded", REPLACED));
    }

    @Test
    void anInvalidationDuringAReloadWinsOverIt() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        CompletableFuture<String> refresh = cache.refresh("a");
        cache.invalidate("a");
        loader.reloads.remove().complete("reloaded");
        assertThat(refresh.join()).isEqualTo("reloaded");
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void clearingDuringAReloadWinsOverIt() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        cache.refresh("a");
        cache.invalidateAll();
        loader.reloads.remove().complete("reloaded");
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void theOrdinaryReloadRunsOnTheExecutorWithTheOldValue() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        LoadingCache<String, String> cache =
                loading(Setup.<String, String>any().executor(tasks::add), new CacheLoader<String, String>() {
                    @Override
                    public String load(String key) {
                        return "loaded";
                    }

                    @Override
                    public String reload(String key, String oldValue) {
                        return oldValue + "+";
                    }
                });
        cache.put("a", "old");
        CompletableFuture<String> refresh = cache.refresh("a");
        assertThat(refresh).isNotDone();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        assertThat(refresh.join()).isEqualTo("old+");
        assertThat(cache.get("a")).isEqualTo("old+");
    }

    @Test
    void refreshingManyAnswersWithAllOfThem() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(loader);
        cache.put("a", "old");
        CompletableFuture<Map<String, String>> all = cache.refreshAll(List.of("a", "b", "a"));
        assertThat(all).isNotDone();
        assertThat(loader.reloads).hasSize(1);
        loader.reloads.remove().complete("new");
        assertThat(all.join()).isEqualTo(Map.of("a", "new", "b", "loaded b"));
        assertThat(cache.asMap()).isEqualTo(all.join());
        assertThat(cache.refreshAll(List.of()).join()).isEmpty();
    }

    @Test
    void refreshesAreCountedAsLoads() {
        Scripted loader = new Scripted();
        LoadingCache<String, String> cache = loading(Setup.<String, String>any().recordStats(), loader);
        cache.refresh("a").join();
        assertThat(cache.stats().loadSuccessCount()).isEqualTo(1);
        cache.refresh("a");
        loader.reloads.remove().completeExceptionally(new IOException("on purpose"));
        assertThat(cache.stats().loadFailureCount()).isEqualTo(1);
        assertThat(cache.stats().hitCount()).isZero();
        assertThat(cache.stats().missCount()).isZero();
    }
}
