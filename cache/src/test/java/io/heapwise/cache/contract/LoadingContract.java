package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@link LoadingCache}: loads of one and of many, and how their failures reach the caller. */
abstract class LoadingContract extends Contract {
    LoadingContract(CacheMaker maker) {
        super(maker);
    }

    /** A loader with a bulk form, which counts how often that is used. */
    private static final class Bulk implements CacheLoader<String, Integer> {
        final List<Set<String>> asked = new ArrayList<>();
        final Function<Set<? extends String>, Map<String, Integer>> answer;

        Bulk(Function<Set<? extends String>, Map<String, Integer>> answer) {
            this.answer = answer;
        }

        @Override
        public Integer load(String key) {
            throw new AssertionError("loaded one by one: " + key);
        }

        @Override
        public Map<String, Integer> loadAll(Set<? extends String> keys) {
            asked.add(Set.copyOf(keys));
            return answer.apply(keys);
        }
    }

    private static Map<String, Integer> lengths(Set<? extends String> keys) {
        return keys.stream().collect(Collectors.toMap(key -> key, String::length));
    }

    @Test
    void getLoadsOnceAndKeeps() {
        AtomicInteger loads = new AtomicInteger();
        LoadingCache<String, Integer> cache = loading(key -> loads.incrementAndGet() * key.length());
        assertThat(cache.get("abc")).isEqualTo(3);
        assertThat(cache.get("abc")).isEqualTo(3);
        assertThat(loads).hasValue(1);
    }

    @Test
    void getIfPresentDoesNotLoad() {
        LoadingCache<String, Integer> cache = loading(String::length);
        assertThat(cache.getIfPresent("a")).isNull();
        assertThat(cache.asMap().get("a")).isNull();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void aLoaderThatFindsNothingGivesNull() {
        LoadingCache<String, Integer> cache = loading(key -> null);
        assertThat(cache.get("a")).isNull();
        assertThat(cache.getAll(List.of("a", "b"))).isEmpty();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void anUncheckedExceptionComesThroughAsItIs() {
        RuntimeException failure = new ArithmeticException("on purpose");
        LoadingCache<String, Integer> cache = loading(key -> {
            throw failure;
        });
        assertThatThrownBy(() -> cache.get("a")).isSameAs(failure);
        assertThatThrownBy(() -> cache.getAll(List.of("a"))).isSameAs(failure);
    }

    @Test
    void anErrorComesThroughAsItIs() {
        Error failure = new NoClassDefFoundError("on purpose");
        LoadingCache<String, Integer> cache = loading(key -> {
            throw failure;
        });
        assertThatThrownBy(() -> cache.get("a")).isSameAs(failure);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void aCheckedExceptionIsWrapped() {
        IOException failure = new IOException("on purpose");
        LoadingCache<String, Integer> cache = loading(key -> {
            throw failure;
        });
        assertThatThrownBy(() -> cache.get("a"))
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        assertThatThrownBy(() -> cache.getAll(List.of("a")))
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void anInterruptedLoadKeepsTheThreadInterrupted() {
        LoadingCache<String, Integer> cache = loading(key -> {
            throw new InterruptedException("on purpose");
        });
        assertThatThrownBy(() -> cache.get("a"))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void manyAreLoadedOneByOneWithoutABulkForm() {
        List<String> loaded = new ArrayList<>();
        LoadingCache<String, Integer> cache = loading(key -> {
            loaded.add(key);
            return key.length();
        });
        cache.put("bb", 20);
        assertThat(cache.getAll(List.of("a", "bb", "ccc", "a")))
                .containsExactly(Map.entry("a", 1), Map.entry("bb", 20), Map.entry("ccc", 3));
        assertThat(loaded).containsExactly("a", "ccc");
    }

    @Test
    void manyAreLoadedTogetherWithABulkForm() {
        Bulk bulk = new Bulk(LoadingContract::lengths);
        LoadingCache<String, Integer> cache = loading(bulk);
        cache.put("bb", 20);
        assertThat(cache.getAll(List.of("a", "bb", "ccc")))
                .containsExactly(Map.entry("a", 1), Map.entry("bb", 20), Map.entry("ccc", 3));
        assertThat(bulk.asked).containsExactly(Set.of("a", "ccc"));
        assertThat(cache.getAll(List.of("a", "bb"))).hasSize(2);
        assertThat(bulk.asked).hasSize(1);
    }

    @Test
    void aBulkLoadMayReturnTooFew() {
        LoadingCache<String, Integer> cache = loading(new Bulk(keys -> Map.of("a", 1)));
        assertThat(cache.getAll(List.of("a", "b"))).containsExactly(Map.entry("a", 1));
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 1));
    }

    @Test
    void aBulkLoadMayReturnTooMany() {
        LoadingCache<String, Integer> cache = loading(new Bulk(keys -> Map.of("a", 1, "b", 2, "c", 3)));
        assertThat(cache.getAll(List.of("a"))).containsExactly(Map.entry("a", 1));
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 1), Map.entry("b", 2), Map.entry("c", 3));
    }

    @Test
    void aBulkLoadMayNotReturnNull() {
        LoadingCache<String, Integer> cache = loading(new Bulk(keys -> null));
        assertThatThrownBy(() -> cache.getAll(List.of("a"))).isInstanceOf(NullPointerException.class);
        LoadingCache<String, Integer> withNull = loading(new Bulk(keys -> {
            Map<String, Integer> found = new HashMap<>();
            found.put("a", null);
            return found;
        }));
        assertThatThrownBy(() -> withNull.getAll(List.of("a"))).isInstanceOf(NullPointerException.class);
        assertThat(withNull.asMap()).isEmpty();
    }

    @Test
    void aCheckedExceptionOfABulkLoadIsWrapped() {
        IOException failure = new IOException("on purpose");
        LoadingCache<String, Integer> cache = loading(new CacheLoader<String, Integer>() {
            @Override
            public Integer load(String key) {
                return 1;
            }

            @Override
            public Map<String, Integer> loadAll(Set<? extends String> keys) throws IOException {
                throw failure;
            }
        });
        assertThatThrownBy(() -> cache.getAll(List.of("a")))
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        assertThat(cache.get("a")).isEqualTo(1);
    }

    @Test
    void anInterruptedBulkLoadKeepsTheThreadInterrupted() {
        LoadingCache<String, Integer> cache = loading(new CacheLoader<String, Integer>() {
            @Override
            public Integer load(String key) {
                return 1;
            }

            @Override
            public Map<String, Integer> loadAll(Set<? extends String> keys) throws InterruptedException {
                throw new InterruptedException("on purpose");
            }
        });
        assertThatThrownBy(() -> cache.getAll(List.of("a")))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aFunctionOfTheCallerIsPreferredToTheLoader() {
        LoadingCache<String, Integer> cache = loading(String::length);
        assertThat(cache.get("a", key -> 42)).isEqualTo(42);
        assertThat(cache.get("a")).isEqualTo(42);
    }
}
