package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys whose hash codes collide, or whose methods throw: slow at worst, never wrong. */
abstract class HostileKeyContract extends Contract {
    HostileKeyContract(CacheMaker maker) {
        super(maker);
    }

    /** Every such key has the same hash code. */
    record Colliding(int id) {
        @Override
        public int hashCode() {
            return 42;
        }
    }

    /** Every such key has the same hash code, but they have an order. */
    record Ordered(int id) implements Comparable<Ordered> {
        @Override
        public int hashCode() {
            return 42;
        }

        @Override
        public int compareTo(Ordered other) {
            return Integer.compare(id, other.id);
        }
    }

    /** A key whose methods throw as long as it is told to. */
    static final class Throwing {
        boolean hashThrows;
        boolean equalsThrows;
        final int id;

        Throwing(int id) {
            this.id = id;
        }

        @Override
        public int hashCode() {
            if (hashThrows) {
                throw new ArithmeticException("hashCode on purpose");
            }
            return 7;
        }

        @Override
        public boolean equals(Object other) {
            if (equalsThrows || (other instanceof Throwing twin && twin.equalsThrows)) {
                throw new ArithmeticException("equals on purpose");
            }
            return other instanceof Throwing that && that.id == id;
        }
    }

    @Test
    void tenThousandKeysWithOneHashCodeStayRight() {
        Cache<Colliding, Integer> cache = cache(Setup.<Colliding, Integer>any().maximumSize(20_000));
        for (int i = 0; i < 10_000; i++) {
            cache.put(new Colliding(i), i);
        }
        assertThat(cache.estimatedSize()).isEqualTo(10_000);
        for (int i = 0; i < 10_000; i += 97) {
            assertThat(cache.getIfPresent(new Colliding(i))).isEqualTo(i);
            cache.invalidate(new Colliding(i));
            assertThat(cache.getIfPresent(new Colliding(i))).isNull();
            cache.put(new Colliding(i), -i);
            assertThat(cache.getIfPresent(new Colliding(i))).isEqualTo(-i);
        }
        assertThat(cache.getIfPresent(new Colliding(10_000))).isNull();
        Set<Integer> met = new HashSet<>();
        cache.asMap().keySet().forEach(key -> met.add(key.id()));
        assertThat(met).hasSize(10_000);
        cache.invalidateAll();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void tenThousandComparableKeysWithOneHashCodeStayRight() {
        Cache<Ordered, Integer> cache = cache(Setup.<Ordered, Integer>any().maximumSize(20_000));
        for (int i = 0; i < 10_000; i++) {
            cache.put(new Ordered(i), i);
        }
        for (int i = 0; i < 10_000; i += 41) {
            assertThat(cache.getIfPresent(new Ordered(i))).isEqualTo(i);
        }
        assertThat(cache.estimatedSize()).isEqualTo(10_000);
    }

    @Test
    void collidingKeysAreEvictedLikeOthers() {
        Cache<Colliding, Integer> cache = cache(Setup.<Colliding, Integer>any().maximumSize(100));
        for (int i = 0; i < 5_000; i++) {
            cache.put(new Colliding(i), i);
        }
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(100).isGreaterThan(50);
        assertThat(cache.asMap()).allSatisfy((key, value) -> assertThat(value).isEqualTo(key.id()));
    }

    @Test
    void keysThatDifferOnlyInHighBitsStayRight() {
        Cache<Long, Integer> cache = cache(Setup.<Long, Integer>any().maximumSize(100_000));
        for (int i = 0; i < 20_000; i++) {
            cache.put((long) i << 48 | 1, i);
            cache.put((long) i << 20, -i);
        }
        for (int i = 0; i < 20_000; i++) {
            assertThat(cache.getIfPresent((long) i << 48 | 1)).isEqualTo(i);
            assertThat(cache.getIfPresent((long) i << 20)).isEqualTo(-i);
        }
    }

    @Test
    void aHashCodeThatThrowsReachesTheCallerAndChangesNothing() {
        Cache<Throwing, Integer> cache = cache();
        cache.put(new Throwing(1), 1);
        Throwing bad = new Throwing(2);
        bad.hashThrows = true;
        assertThatThrownBy(() -> cache.put(bad, 2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.getIfPresent(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get(bad, key -> 3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.invalidate(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.getAllPresent(List.of(bad))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().compute(bad, (key, value) -> 3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().merge(bad, 3, Integer::sum)).isInstanceOf(ArithmeticException.class);
        assertThat(cache.asMap()).containsOnly(Map.entry(new Throwing(1), 1));
    }

    @Test
    void anEqualsThatThrowsReachesTheCallerAndChangesNothing() {
        Cache<Throwing, Integer> cache = cache();
        Throwing first = new Throwing(1);
        cache.put(first, 1);
        Throwing bad = new Throwing(2);
        bad.equalsThrows = true;
        assertThatThrownBy(() -> cache.put(bad, 2)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.getIfPresent(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get(bad, key -> 3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.invalidate(bad)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().compute(bad, (key, value) -> 3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().replace(bad, 3)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().remove(bad, 3)).isInstanceOf(ArithmeticException.class);
        assertThat(cache.estimatedSize()).isEqualTo(1);
        bad.equalsThrows = false;
        assertThat(cache.getIfPresent(first)).isEqualTo(1);
        cache.put(bad, 2);
        assertThat(cache.asMap()).containsOnly(Map.entry(first, 1), Map.entry(new Throwing(2), 2));
    }

    @Test
    void aValueWhoseEqualsThrowsChangesNothing() {
        Cache<Integer, Throwing> cache = cache();
        Throwing value = new Throwing(1);
        cache.put(1, value);
        value.equalsThrows = true;
        assertThatThrownBy(() -> cache.asMap().remove(1, new Throwing(1))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().replace(1, new Throwing(1), new Throwing(2)))
                .isInstanceOf(ArithmeticException.class);
        assertThat(cache.getIfPresent(1)).isSameAs(value);
        cache.put(1, new Throwing(3));
        assertThat(cache.getIfPresent(1)).isNotSameAs(value);
    }
}
