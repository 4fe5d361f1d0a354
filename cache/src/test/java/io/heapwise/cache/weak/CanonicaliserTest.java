package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.Canonicaliser;
import io.heapwise.cache.Equality;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** For each key one value, as long as somebody holds it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CanonicaliserTest {
    @Test
    void allShareOneValueAndItIsMadeAgainWhenNobodyHoldsIt() {
        AtomicInteger made = new AtomicInteger();
        try (Canonicaliser<String, Object> locks = Canonicaliser.of(key -> {
            made.incrementAndGet();
            return new Object();
        })) {
            Object[] lock = {locks.canonical("a")};
            assertThat(locks.canonical(new String("a"))).isSameAs(lock[0]);
            assertThat(made).hasValue(1);
            assertThat(locks).hasToString("Canonicaliser{values=1}");
            lock[0] = null;
            WeakContract.collectUntil(() -> locks.estimatedSize() == 0);
            assertThat(locks.canonical("a")).isNotNull();
            assertThat(made).hasValue(2);
        }
    }

    @Test
    void keysAreComparedAsTold() {
        try (Canonicaliser<String, Object> locks =
                Canonicaliser.of(Equality.by(key -> key.toLowerCase(Locale.ROOT)), key -> new Object())) {
            Object lock = locks.canonical("a");
            assertThat(locks.canonical("A")).isSameAs(lock);
        }
    }

    @Test
    void aMakerThatMakesNothingIsTold() {
        Canonicaliser<String, Object> locks = Canonicaliser.of(key -> null);
        assertThatThrownBy(() -> locks.canonical("a"))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the maker returned null for key=a (expected a value)");
        assertThatThrownBy(() -> locks.canonical(null)).hasMessage("key");
        assertThatThrownBy(() -> Canonicaliser.of(null)).hasMessage("maker");
        locks.close();
        assertThatThrownBy(() -> locks.canonical("a")).isInstanceOf(IllegalStateException.class);
        assertThat(locks.estimatedSize()).isZero();
    }
}
