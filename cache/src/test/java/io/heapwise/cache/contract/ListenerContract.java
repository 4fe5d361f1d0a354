package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPLICIT;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static com.github.benmanes.caffeine.cache.RemovalCause.SIZE;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is told of what leaves the cache, with which cause, and what happens when the listener fails. */
abstract class ListenerContract extends Contract {
    private final Notices<Integer, String> removals = new Notices<>();
    private final Notices<Integer, String> evictions = new Notices<>();

    ListenerContract(CacheMaker maker) {
        super(maker);
    }

    private Setup<Integer, String> listened() {
        return Setup.<Integer, String>any().onRemoval(removals).onEviction(evictions);
    }

    @Test
    void invalidationIsExplicit() {
        Cache<Integer, String> cache = cache(listened());
        cache.putAll(Map.of(1, "a", 2, "b", 3, "c", 4, "d"));
        cache.invalidate(1);
        cache.invalidateAll(List.of(2, 99));
        cache.invalidateAll();
        assertThat(removals.told())
                .containsExactlyInAnyOrder(
                        notice(1, "a", EXPLICIT),
                        notice(2, "b", EXPLICIT),
                        notice(3, "c", EXPLICIT),
                        notice(4, "d", EXPLICIT));
        assertThat(evictions.told()).isEmpty();
    }

    @Test
    void removalThroughTheMapIsExplicit() {
        Cache<Integer, String> cache = cache(listened());
        IntStream.range(0, 8).forEach(i -> cache.put(i, "v"));
        cache.asMap().remove(0);
        cache.asMap().remove(1, "v");
        cache.asMap().remove(1, "v");
        cache.asMap().computeIfPresent(2, (key, value) -> null);
        cache.asMap().compute(3, (key, value) -> null);
        cache.asMap().merge(4, "x", (a, b) -> null);
        cache.asMap().keySet().remove(5);
        for (Iterator<Integer> keys = cache.asMap().keySet().iterator(); keys.hasNext(); ) {
            if (keys.next() == 6) {
                keys.remove();
            }
        }
        cache.asMap().clear();
        assertThat(removals.told())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 8)
                        .mapToObj(i -> notice(i, "v", EXPLICIT))
                        .toList());
        assertThat(evictions.told()).isEmpty();
    }

    @Test
    void anotherValueForAKeyReplacesTheOld() {
        Cache<Integer, String> cache = cache(listened());
        cache.put(1, "a");
        cache.put(1, "b");
        cache.asMap().put(1, "c");
        cache.asMap().replace(1, "d");
        cache.asMap().replace(1, "d", "e");
        cache.asMap().compute(1, (key, value) -> "f");
        cache.asMap().computeIfPresent(1, (key, value) -> "g");
        cache.asMap().merge(1, "h", (old, given) -> given);
        cache.asMap().replaceAll((key, value) -> "i");
        cache.asMap().entrySet().iterator().next().setValue("j");
        cache.putAll(Map.of(1, "k"));
        assertThat(removals.told())
                .containsExactlyElementsOf(List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j").stream()
                        .map(value -> notice(1, value, REPLACED))
                        .toList());
        assertThat(evictions.told()).isEmpty();
    }

    @Test
    void theSameValueAgainReplacesNothing() {
        Cache<Integer, String> cache = cache(listened());
        cache.put(1, "a");
        cache.put(1, "a");
        cache.asMap().replace(1, "a");
        cache.asMap().compute(1, (key, value) -> value);
        assertThat(removals.told()).isEmpty();
    }

    @Test
    void whatDoesNotHappenIsNotTold() {
        Cache<Integer, String> cache = cache(listened());
        cache.invalidate(1);
        cache.asMap().remove(1);
        cache.asMap().replace(1, "x");
        cache.put(1, "a");
        cache.asMap().putIfAbsent(1, "b");
        cache.asMap().remove(1, "b");
        cache.asMap().replace(1, "b", "c");
        cache.get(1, key -> "d");
        assertThat(removals.told()).isEmpty();
    }

    @Test
    void aSizeEvictionTellsBothListeners() {
        Cache<Integer, String> cache = cache(listened().maximumSize(100));
        IntStream.range(0, 1_000).forEach(i -> cache.put(i, "v" + i));
        cache.cleanUp();
        assertThat(removals.told()).hasSize((int) (1_000 - cache.estimatedSize()));
        assertThat(removals.count(SIZE)).isEqualTo(removals.told().size());
        assertThat(evictions.told()).containsExactlyInAnyOrderElementsOf(removals.told());
        assertThat(removals.told()).allSatisfy(told -> {
            assertThat(told.value()).isEqualTo("v" + told.key());
            assertThat(cache.asMap()).doesNotContainKey((Integer) told.key());
        });
    }

    @Test
    void everyValueThatWasPutIsEitherPresentOrToldOnce() {
        Cache<Integer, String> cache = cache(listened().maximumSize(50));
        int put = 0;
        for (int i = 0; i < 5_000; i++) {
            int key = (i * 7919) % 300;
            cache.put(key, "v" + i);
            put++;
            if (i % 11 == 0) {
                cache.invalidate((i * 31) % 300);
            }
        }
        cache.cleanUp();
        assertThat(removals.told().size() + cache.estimatedSize()).isEqualTo(put);
        assertThat(removals.told()).doesNotHaveDuplicates();
        assertThat(evictions.told().size()).isEqualTo((int) removals.count(SIZE));
    }

    @Test
    void aRemovalListenerRunsOnTheExecutor() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Cache<Integer, String> cache = cache(listened().executor(tasks::add));
        cache.put(1, "a");
        cache.invalidate(1);
        assertThat(removals.told()).isEmpty();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        assertThat(removals.told()).containsExactly(notice(1, "a", EXPLICIT));
    }

    @Test
    void anExecutorThatRefusesLosesNoNotice() {
        Cache<Integer, String> cache = cache(listened().executor(task -> {
            throw new RejectedExecutionException("on purpose");
        }));
        cache.put(1, "a");
        cache.invalidate(1);
        cache.cleanUp();
        assertThat(removals.told()).containsExactly(notice(1, "a", EXPLICIT));
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        Cache<Integer, String> cache = cache(Setup.<Integer, String>any()
                .maximumSize(10)
                .onRemoval((key, value, cause) -> {
                    throw new ArithmeticException("on purpose");
                })
                .onEviction((key, value, cause) -> {
                    throw new ArithmeticException("on purpose");
                }));
        for (int i = 0; i < 15; i++) {
            cache.put(i, "v");
            cache.put(i, "w" + i);
        }
        cache.invalidate(14);
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(10);
        cache.invalidateAll();
        assertThat(cache.asMap()).isEmpty();
        cache.put(1, "x");
        assertThat(cache.getIfPresent(1)).isEqualTo("x");
    }

    @Test
    void aRemovalListenerMayUseTheCache() {
        AtomicReference<Cache<Integer, String>> self = new AtomicReference<>();
        Cache<Integer, String> cache = cache(Setup.<Integer, String>any().onRemoval((key, value, cause) -> {
            if (key < 1_000) {
                self.get().put(key + 1_000, value);
            }
        }));
        self.set(cache);
        cache.put(1, "a");
        cache.invalidate(1);
        assertThat(cache.asMap()).containsOnly(Map.entry(1_001, "a"));
    }

    @Test
    void aRemovalListenerMayPutTheVeryKeyBack() {
        AtomicReference<Cache<Integer, String>> self = new AtomicReference<>();
        Cache<Integer, String> cache = cache(Setup.<Integer, String>any().onRemoval((key, value, cause) -> {
            if (cause == EXPLICIT && value.equals("a")) {
                self.get().put(key, "again");
            }
        }));
        self.set(cache);
        cache.put(1, "a");
        cache.invalidate(1);
        assertThat(cache.getIfPresent(1)).isEqualTo("again");
    }
}
