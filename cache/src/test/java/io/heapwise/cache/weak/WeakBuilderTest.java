package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import java.lang.ref.Reference;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What can be asked of a weak cache, each once. */
final class WeakBuilderTest {
    @Test
    void aSecondSettingIsRefused() {
        WeakCacheBuilder<String, Object> builder = WeakCache.builder();
        builder.weakKeys()
                .keyEquality(Equality.natural())
                .executor(Runnable::run)
                .name("a");
        assertThatThrownBy(builder::weakKeys)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("weakKeys=true was set already (expected once): drop one call");
        assertThatThrownBy(() -> builder.keyEquality(Equality.identity()))
                .hasMessageStartingWith("keyEquality=NATURAL");
        assertThatThrownBy(() -> builder.executor(Runnable::run)).hasMessageStartingWith("executor=");
        assertThatThrownBy(() -> builder.name("b")).hasMessageStartingWith("name=a ");
    }

    @Test
    void nullsAreRefusedByTheirNames() {
        WeakCacheBuilder<String, Object> builder = WeakCache.builder();
        assertThatThrownBy(() -> builder.keyEquality(null)).hasMessage("equality");
        assertThatThrownBy(() -> builder.executor(null)).hasMessage("executor");
        assertThatThrownBy(() -> builder.name(null)).hasMessage("name");
        assertThatThrownBy(() -> Equality.by(null)).hasMessage("property");
    }

    @Test
    void actionsRunOnTheCommonPoolUnlessToldOtherwise() throws Exception {
        try (WeakCache<String, Object> cache =
                WeakCache.<String, Object>builder().build()) {
            CountDownLatch ran = new CountDownLatch(1);
            Thread[] on = new Thread[1];
            cache.onCollected("not there", () -> {
                on[0] = Thread.currentThread();
                ran.countDown();
            });
            ran.await();
            assertThat(on[0].getName()).startsWith("ForkJoinPool.commonPool");
        }
    }

    @Test
    void keysAreComparedAsTold() {
        Object value = new Object();
        String key = "Key";
        String equal = new String("Key");
        try (WeakCache<String, Object> byIdentity = WeakCache.<String, Object>builder()
                        .keyEquality(Equality.identity())
                        .build();
                WeakCache<String, Object> ignoringCase = WeakCache.<String, Object>builder()
                        .keyEquality(Equality.by(name -> name.toLowerCase(Locale.ROOT)))
                        .build()) {
            byIdentity.put(key, value);
            ignoringCase.put(key, value);
            assertThat(byIdentity.getIfPresent(key)).isSameAs(value);
            assertThat(byIdentity.getIfPresent(equal)).isNull();
            assertThat(ignoringCase.getIfPresent("KEY")).isSameAs(value);
            assertThat(ignoringCase.getIfPresent("lock")).isNull();
        }
        Reference.reachabilityFence(value);
    }
}
