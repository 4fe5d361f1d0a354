package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPIRED;
import static com.github.benmanes.caffeine.cache.RemovalCause.EXPLICIT;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.memory.ManualTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Entries that are due for a new value: served as they are, reloaded once, by whoever reads them. */
abstract class TimedRefreshContract extends Contract {
    private static final Duration DUE = Duration.ofMinutes(1);
    private static final Duration EXPIRY = Duration.ofMinutes(5);

    private final ManualTicker ticker = new ManualTicker();
    private final Notices<String, String> removals = new Notices<>();
    private final Reloads reloads = new Reloads();

    TimedRefreshContract(CacheMaker maker) {
        super(maker);
    }

    /** Loads at once, and reloads when the test says so. */
    private static final class Reloads implements CacheLoader<String, String> {
        final Queue<CompletableFuture<String>> started = new ArrayDeque<>();
        RuntimeException refusal;

        @Override
        public String load(String key) {
            return "loaded";
        }

        @Override
        public CompletableFuture<String> asyncReload(String key, String oldValue, Executor executor) {
            if (refusal != null) {
                throw refusal;
            }
            CompletableFuture<String> reload = new CompletableFuture<>();
            started.add(reload);
            return reload;
        }
    }

    private Setup<String, String> refreshing() {
        return Setup.<String, String>any()
                .ticker(ticker)
                .refreshAfterWrite(DUE)
                .onRemoval(removals)
                .recordStats();
    }

    /** A cache in which a=old is due. */
    private LoadingCache<String, String> withADueEntry() {
        LoadingCache<String, String> cache = loading(refreshing().expireAfterWrite(EXPIRY), reloads);
        cache.put("a", "old");
        ticker.advance(DUE.plusMillis(1));
        return cache;
    }

    @Test
    void aReadOfADueEntryServesTheOldValueAndReloadsIt() {
        LoadingCache<String, String> cache = withADueEntry();
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(reloads.started).hasSize(1);
        assertThat(cache.policy().refreshes()).containsOnlyKeys("a");
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(cache.getIfPresent("a")).isEqualTo("old");
        assertThat(reloads.started).as("one reload, however many ask").hasSize(1);
        reloads.started.remove().complete("new");
        assertThat(cache.get("a")).isEqualTo("new");
        assertThat(cache.policy().refreshes()).isEmpty();
        assertThat(removals.told()).containsExactly(notice("a", "old", REPLACED));
        assertThat(reloads.started).isEmpty();
    }

    @Test
    void anEntryThatIsNotDueIsNotReloaded() {
        LoadingCache<String, String> cache = loading(refreshing(), reloads);
        cache.put("a", "old");
        ticker.advance(DUE.minusMillis(1));
        cache.get("a");
        assertThat(reloads.started).isEmpty();
    }

    @Test
    void whatWasReloadedIsDueAgainAfterItsTime() {
        LoadingCache<String, String> cache = withADueEntry();
        for (int i = 0; i < 3; i++) {
            cache.get("a");
            ticker.advance(Duration.ofSeconds(10));
            reloads.started.remove().complete("new " + i);
            ticker.advance(DUE.minusMillis(1));
            assertThat(cache.get("a")).isEqualTo("new " + i);
            assertThat(reloads.started).isEmpty();
            ticker.advance(Duration.ofMillis(2));
        }
    }

    @Test
    void everyReadThatCountsReloads() {
        LoadingCache<String, String> cache = withADueEntry();
        List<Runnable> reads = List.of(
                () -> cache.get("a"),
                () -> cache.getIfPresent("a"),
                () -> cache.get("a", key -> "x"),
                () -> cache.asMap().get("a"),
                () -> cache.getAllPresent(List.of("a")),
                () -> cache.getAll(List.of("a")));
        for (Runnable read : reads) {
            read.run();
            assertThat(reloads.started).hasSize(1);
            reloads.started.remove().complete("new");
            ticker.advance(DUE.plusMillis(1));
        }
    }

    @Test
    void quietLooksReloadNothing() {
        LoadingCache<String, String> cache = withADueEntry();
        cache.asMap().containsKey("a");
        cache.asMap().forEach((key, value) -> {});
        cache.policy().getIfPresentQuietly("a");
        cache.policy().getEntryIfPresentQuietly("a");
        ticker.advance(Duration.ofSeconds(1));
        cache.cleanUp();
        assertThat(reloads.started).isEmpty();
    }

    @Test
    void aFailedReloadLeavesTheOldValueAndIsTriedAgain() {
        LoadingCache<String, String> cache = withADueEntry();
        for (int i = 0; i < 3; i++) {
            assertThat(cache.get("a")).isEqualTo("old");
            reloads.started.remove().completeExceptionally(new IOException("on purpose"));
        }
        assertThat(cache.stats().loadFailureCount()).isEqualTo(3);
        assertThat(removals.told()).isEmpty();
        cache.get("a");
        reloads.started.remove().complete("new");
        assertThat(cache.get("a")).isEqualTo("new");
        assertThat(cache.stats().loadSuccessCount()).isEqualTo(1);
    }

    @Test
    void aReloadThatCannotBeStartedDisturbsNoReader() {
        LoadingCache<String, String> cache = withADueEntry();
        reloads.refusal = new RejectedExecutionException("on purpose");
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(cache.policy().refreshes()).isEmpty();
        reloads.refusal = null;
        assertThat(cache.get("a")).isEqualTo("old");
        assertThat(reloads.started).hasSize(1);
    }

    @Test
    void aReloadThatFindsNothingRemovesTheEntry() {
        LoadingCache<String, String> cache = withADueEntry();
        cache.get("a");
        reloads.started.remove().complete(null);
        assertThat(present(cache)).isEmpty();
        assertThat(removals.told()).containsExactly(notice("a", "old", EXPLICIT));
    }

    @Test
    void writesDuringAReloadWinOverIt() {
        LoadingCache<String, String> cache = loading(refreshing(), reloads);
        Map<String, Runnable> writes = Map.of(
                "put", () -> cache.put("a", "put"),
                "replaced", () -> cache.asMap().replace("a", "replaced"),
                "swapped", () -> cache.asMap().replace("a", "old", "swapped"),
                "computed", () -> cache.asMap().compute("a", (key, value) -> "computed"),
                "changed", () -> cache.asMap().computeIfPresent("a", (key, value) -> "changed"),
                "merged", () -> cache.asMap().merge("a", "x", (one, other) -> "merged"));
        writes.forEach((outcome, write) -> {
            cache.put("a", "old");
            ticker.advance(DUE.plusMillis(1));
            cache.get("a");
            write.run();
            reloads.started.remove().complete("reloaded");
            assertThat(cache.getIfPresent("a")).isEqualTo(outcome);
            assertThat(reloads.started).isEmpty();
            cache.invalidateAll();
        });
    }

    @Test
    void aWriteOfTheSameValueDuringAReloadWinsOverIt() {
        LoadingCache<String, String> cache = withADueEntry();
        String same = cache.get("a");
        cache.put("a", "between");
        cache.put("a", same);
        reloads.started.remove().complete("reloaded");
        assertThat(cache.getIfPresent("a")).isEqualTo("old");
    }

    @Test
    void removalDuringAReloadWinsOverIt() {
        LoadingCache<String, String> cache = withADueEntry();
        cache.get("a");
        cache.invalidate("a");
        reloads.started.remove().complete("reloaded");
        assertThat(present(cache)).isEmpty();
    }

    @Test
    void anEntryThatExpiresDuringItsReloadIsNotBroughtBackByIt() {
        LoadingCache<String, String> cache = withADueEntry();
        cache.get("a");
        ticker.advance(EXPIRY);
        cache.cleanUp();
        reloads.started.remove().complete("reloaded");
        assertThat(removals.told()).contains(notice("a", "old", EXPIRED));
        assertThat(present(cache)).isEmpty();
    }

    @Test
    void aReloadBeginsANewLife() {
        LoadingCache<String, String> cache = withADueEntry();
        ticker.advance(EXPIRY.minus(DUE).minusSeconds(1));
        cache.get("a");
        reloads.started.remove().complete("new");
        ticker.advance(EXPIRY.minusMillis(1));
        assertThat(cache.getIfPresent("a")).isEqualTo("new");
    }

    @Test
    void aRefreshThatWasAskedForIsTheOneUnderWay() {
        LoadingCache<String, String> cache = withADueEntry();
        cache.get("a");
        CompletableFuture<String> asked = cache.refresh("a");
        assertThat(reloads.started).hasSize(1);
        reloads.started.remove().complete("new");
        assertThat(asked.join()).isEqualTo("new");
    }

    @Test
    void thePolicyTellsAndSetsWhenEntriesAreDue() {
        LoadingCache<String, String> cache = loading(refreshing(), reloads);
        Policy.FixedRefresh<String, String> policy =
                cache.policy().refreshAfterWrite().orElseThrow();
        cache.put("a", "old");
        ticker.advance(Duration.ofSeconds(20));
        assertThat(policy.ageOf("a", TimeUnit.SECONDS)).hasValue(20);
        assertThat(policy.ageOf("x")).isEmpty();
        assertThat(policy.getRefreshesAfter()).isEqualTo(DUE);
        assertThat(cache.policy().getEntryIfPresentQuietly("a").refreshableAfter())
                .isBetween(
                        Duration.ofSeconds(40).minusMillis(1),
                        Duration.ofSeconds(40).plusMillis(1));
        cache.get("a");
        assertThat(reloads.started).isEmpty();
        policy.setRefreshesAfter(Duration.ofSeconds(15));
        assertThat(policy.getRefreshesAfter(TimeUnit.SECONDS)).isEqualTo(15);
        cache.get("a");
        assertThat(reloads.started).hasSize(1);
        assertThatThrownBy(() -> policy.setRefreshesAfter(-1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(cache.policy().expireAfterWrite()).isEmpty();
    }

    @Test
    void aCacheWithoutALoaderCanNotBeRefreshed() {
        assertThatThrownBy(() -> cache(refreshing())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache(Setup.any().ticker(ticker).refreshAfterWrite(Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
