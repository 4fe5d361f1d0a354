package io.heapwise.cache.fits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheConfig;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.CachePut;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.caffeine.CaffeineCacheManager;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * Spring's {@link CaffeineCacheManager} takes our caches as it takes Caffeine's, and its annotations work on them; each test
 * holds for both.
 */
@Timeout(60)
final class SpringTest {
    private static final String MANUAL = "manual";
    private static final String LOADING = "loading";
    private static final int MAXIMUM = 100;

    @Configuration(proxyBeanMethods = false)
    @EnableCaching
    static class Caching {}

    interface Library {
        String title(int id);

        String titleOnce(int id);

        String loadedTitle(int id);

        String rename(int id, String title);

        void forget(int id);

        void forgetAll();
    }

    @CacheConfig(cacheNames = MANUAL)
    static class CountingLibrary implements Library {
        final AtomicInteger calls = new AtomicInteger();
        volatile Consumer<Integer> meanwhile = id -> {};

        @Override
        @Cacheable(unless = "#result == 'never kept'")
        public String title(int id) {
            return find(id);
        }

        @Override
        @Cacheable(sync = true)
        public String titleOnce(int id) {
            return find(id);
        }

        @Override
        @Cacheable(cacheNames = LOADING)
        public String loadedTitle(int id) {
            return find(id);
        }

        private String find(int id) {
            calls.incrementAndGet();
            meanwhile.accept(id);
            return id == 0 ? null : id == 13 ? "never kept" : "title " + id;
        }

        @Override
        @CachePut(key = "#id")
        public String rename(int id, String title) {
            return title;
        }

        @Override
        @CacheEvict
        public void forget(int id) {}

        @Override
        @CacheEvict(allEntries = true)
        public void forgetAll() {}
    }

    /** A context as an application has it. */
    private static final class Application implements AutoCloseable {
        final AtomicInteger loads = new AtomicInteger();
        final Cache<Object, Object> manual;
        final LoadingCache<Object, Object> loading;
        final CountingLibrary counting = new CountingLibrary();
        final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

        Application(Kind kind) {
            manual = kind.make(MAXIMUM);
            loading = kind.make(MAXIMUM, id -> "loaded " + id + " " + loads.incrementAndGet());
            context.register(Caching.class);
            context.registerBean(CacheManager.class, () -> {
                CaffeineCacheManager manager = new CaffeineCacheManager();
                manager.registerCustomCache(MANUAL, manual);
                manager.registerCustomCache(LOADING, loading);
                return manager;
            });
            context.registerBean(Library.class, () -> counting);
            context.refresh();
        }

        Library library() {
            return context.getBean(Library.class);
        }

        org.springframework.cache.Cache cache(String name) {
            return context.getBean(CacheManager.class).getCache(name);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theManagerHandsOutTheVeryCache(Kind kind) {
        try (Application application = new Application(kind)) {
            assertThat(application.cache(MANUAL).getNativeCache()).isSameAs(application.manual);
            assertThat(application.cache(LOADING).getNativeCache()).isSameAs(application.loading);
            assertThat(application.context.getBean(CacheManager.class).getCacheNames())
                    .contains(MANUAL, LOADING);
            assertThat(application.manual instanceof MemoryAwareCache).isEqualTo(kind == Kind.HEAPWISE);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aMethodRunsOnceForEachKey(Kind kind) {
        try (Application application = new Application(kind)) {
            Library library = application.library();
            assertThat(library.title(1)).isEqualTo("title 1");
            assertThat(library.title(1)).isEqualTo("title 1");
            assertThat(library.title(2)).isEqualTo("title 2");
            assertThat(application.counting.calls).hasValue(2);
            assertThat(application.manual.asMap()).containsOnlyKeys(1, 2);
            assertThat(application.manual.stats().hitCount()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aMethodThatReturnsNullRunsOnceToo(Kind kind) {
        try (Application application = new Application(kind)) {
            assertThat(application.library().title(0)).isNull();
            assertThat(application.library().title(0)).isNull();
            assertThat(application.library().titleOnce(0)).isNull();
            assertThat(application.counting.calls).hasValue(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatShouldNotBeKeptIsNot(Kind kind) {
        try (Application application = new Application(kind)) {
            application.library().title(13);
            application.library().title(13);
            assertThat(application.counting.calls).hasValue(2);
            assertThat(application.manual.asMap()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void puttingAndEvictingReachTheCache(Kind kind) {
        try (Application application = new Application(kind)) {
            Library library = application.library();
            library.title(1);
            library.title(2);
            assertThat(library.rename(1, "renamed")).isEqualTo("renamed");
            assertThat(library.title(1)).isEqualTo("renamed");
            library.forget(1);
            assertThat(application.manual.asMap()).containsOnlyKeys(2);
            assertThat(library.title(1)).isEqualTo("title 1");
            library.forgetAll();
            assertThat(application.manual.asMap()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theBoundHolds(Kind kind) {
        try (Application application = new Application(kind)) {
            for (int id = 1_000; id < 1_000 + 5 * MAXIMUM; id++) {
                application.library().title(id);
            }
            application.manual.cleanUp();
            assertThat(application.manual.estimatedSize()).isEqualTo(MAXIMUM);
            assertThat(application.manual.stats().evictionCount()).isEqualTo(4 * MAXIMUM);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void synchronizedCallersShareOneCall(Kind kind) throws Exception {
        int callers = 4;
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try (Application application = new Application(kind)) {
            application.counting.meanwhile = id -> {
                inside.countDown();
                await(goOn);
            };
            List<CompletableFuture<String>> results = new ArrayList<>();
            results.add(
                    CompletableFuture.supplyAsync(() -> application.library().titleOnce(7), threads));
            inside.await();
            for (int i = 1; i < callers; i++) {
                results.add(CompletableFuture.supplyAsync(
                        () -> application.library().titleOnce(7), threads));
            }
            goOn.countDown();
            for (CompletableFuture<String> result : results) {
                assertThat(result.get()).isEqualTo("title 7");
            }
            assertThat(application.counting.calls).hasValue(1);
        } finally {
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatASynchronizedMethodThrowsReachesTheCallerAndLeavesNothing(Kind kind) {
        try (Application application = new Application(kind)) {
            application.counting.meanwhile = id -> {
                throw new IllegalStateException("on purpose");
            };
            assertThatThrownBy(() -> application.library().titleOnce(7))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("on purpose");
            assertThat(application.manual.asMap()).isEmpty();
            application.counting.meanwhile = id -> {};
            assertThat(application.library().titleOnce(7)).isEqualTo("title 7");
        }
    }

    /** A loading cache finds for itself what the method would have been called for. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLoadingCacheLoadsByItself(Kind kind) {
        try (Application application = new Application(kind)) {
            assertThat(application.library().loadedTitle(5)).isEqualTo("loaded 5 1");
            assertThat(application.library().loadedTitle(5)).isEqualTo("loaded 5 1");
            assertThat(application.counting.calls).hasValue(0);
            assertThat(application.cache(LOADING).get(5, String.class)).isEqualTo("loaded 5 1");
            assertThat(application.cache(LOADING).get(6, () -> "not asked")).isEqualTo("not asked");
            application.cache(LOADING).evict(5);
            assertThat(application.library().loadedTitle(5)).isEqualTo("loaded 5 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void springsOwnCacheInterfaceWorksThroughout(Kind kind) {
        try (Application application = new Application(kind)) {
            org.springframework.cache.Cache cache = application.cache(MANUAL);
            assertThat(cache.get("a")).isNull();
            cache.put("a", 1);
            assertThat(cache.get("a").get()).isEqualTo(1);
            assertThat(cache.putIfAbsent("a", 2).get()).isEqualTo(1);
            assertThat(cache.putIfAbsent("b", null)).isNull();
            assertThat(cache.get("b").get()).isNull();
            assertThat(cache.evictIfPresent("a")).isTrue();
            assertThat(cache.evictIfPresent("a")).isFalse();
            assertThat(cache.get("c", () -> 3)).isEqualTo(3);
            assertThatThrownBy(() -> cache.get("d", () -> {
                        throw new java.io.IOException("on purpose");
                    }))
                    .isInstanceOf(org.springframework.cache.Cache.ValueRetrievalException.class)
                    .hasRootCauseMessage("on purpose");
            assertThat(cache.invalidate()).isTrue();
            assertThat(cache.invalidate()).isFalse();
        }
    }

    @Test
    void noneOfThisNeedsJCache() {
        assertThatThrownBy(() -> Class.forName("javax.cache.CacheManager")).isInstanceOf(ClassNotFoundException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
