package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.heapwise.memory.Subscription;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Bytes of the whole object graph of weak caches, keys and values subtracted, for each entry. */
final class WeakFootprintTest {
    private static final boolean IS_COMPRESSED =
            VM.current().sizeOf(new Object[8]) - VM.current().sizeOf(new Object[0]) == 32;
    private static final double BYTES = IS_COMPRESSED ? 40 : 72;
    private static final double WEAK_KEY_BYTES = IS_COMPRESSED ? 32 : 48;

    /** Held by the thread that all share: an element of a set. */
    private static final int REGISTRATION_BYTES = 64;

    private static double overhead(Object cache, Collection<?>... payload) {
        long bytes = REGISTRATION_BYTES + GraphLayout.parseInstance(cache).totalSize();
        int entries = 0;
        for (Collection<?> objects : payload) {
            entries = objects.size();
            bytes -= entries * VM.current().sizeOf(objects.iterator().next());
        }
        return bytes / (double) entries;
    }

    /** A cache and what it holds, and not: both its keys and its values. */
    private static final class Filled {
        final WeakCache<Object, Object> cache;
        final List<Object> keys = new ArrayList<>();
        final List<Object> values = new ArrayList<>();

        Filled(WeakCache<Object, Object> cache) {
            this.cache = cache;
        }

        Filled fill(int size) {
            while (keys.size() < size) {
                keys.add(1_000_000_000L + keys.size());
                values.add(new byte[0]);
                cache.put(keys.get(keys.size() - 1), values.get(keys.size() - 1));
            }
            assertThat(cache.estimatedSize()).isEqualTo(size);
            return this;
        }

        double overhead() {
            return WeakFootprintTest.overhead(cache, keys, values);
        }
    }

    private static WeakCache<Object, Object> strong() {
        return WeakCache.builder().executor(Runnable::run).build();
    }

    private static WeakCache<Object, Object> weak() {
        return WeakCache.builder()
                .weakKeys()
                .keyEquality(Equality.natural())
                .executor(Runnable::run)
                .build();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 100_000})
    void anEntryStaysBelowItsBytes(int size) {
        double bytes = new Filled(strong()).fill(size).overhead();
        assertThat(bytes).isLessThanOrEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void weakKeysCostOneReferenceObjectMore(int size) {
        double bytes = new Filled(weak()).fill(size).overhead();
        assertThat(bytes).isLessThanOrEqualTo(BYTES + WEAK_KEY_BYTES);
    }

    @Test
    void aGrowingCacheStaysBelowItsBytesToo() {
        Filled filled = new Filled(strong());
        for (int size = 1_000; size < 16_000; size += Math.max(97, size / 12)) {
            double bytes = filled.fill(size).overhead();
            assertThat(bytes).as("with %s entries", size).isLessThanOrEqualTo(BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void anInternedObjectStaysBelowTheBytesOfAnEntry(int size) {
        Interner<Object> interner = Interner.weak();
        List<Object> objects = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            objects.add(1_000_000_000L + i);
            interner.intern(objects.get((int) i));
        }
        double bytes = overhead(interner, objects);
        assertThat(bytes).isLessThanOrEqualTo(BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void caffeinesTakesMoreThanTwiceAsMuch(int size) {
        com.github.benmanes.caffeine.cache.Cache<Object, Object> cache =
                Caffeine.newBuilder().weakValues().executor(Runnable::run).build();
        List<Object> keys = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            keys.add(1_000_000_000L + i);
            values.add(new byte[0]);
            cache.put(keys.get(i), values.get(i));
        }
        cache.cleanUp();
        double bytes = overhead(cache, keys, values);
        assertThat(bytes)
                .isGreaterThan((IS_COMPRESSED ? 2 : 1.9)
                        * new Filled(strong()).fill(size).overhead());
    }

    @Test
    void anEmptyCacheIsSmall() {
        long bytes = REGISTRATION_BYTES + GraphLayout.parseInstance(strong()).totalSize();
        assertThat(bytes).isLessThanOrEqualTo(IS_COMPRESSED ? 1_500 : 2_300);
    }

    @Test
    void aCacheThatWasEmptiedGivesItsTablesBack() {
        Filled filled = new Filled(strong()).fill(100_000);
        for (Object key : filled.keys) {
            filled.cache.remove(key);
        }
        assertThat(GraphLayout.parseInstance(filled.cache).totalSize()).isLessThan(64 * 1_000);
        filled.cache.put(1, filled.values.get(0));
        filled.cache.invalidateAll();
        assertThat(GraphLayout.parseInstance(filled.cache).totalSize()).isLessThan(64 * 400);
    }

    @Test
    void anActionCostsWhatIsSaidAndNothingWithoutOne() {
        Filled filled = new Filled(strong()).fill(10_000);
        double without = filled.overhead();
        List<Subscription> kept = new ArrayList<>();
        for (Object key : filled.keys) {
            kept.add(filled.cache.onCollected(key, () -> {}));
        }
        double with = filled.overhead() - without;
        assertThat(with).isLessThanOrEqualTo(IS_COMPRESSED ? 110 : 170);
        kept.forEach(Subscription::close);
        assertThat(filled.overhead() - without).isLessThan(8 * 2.7); // the map keeps its table
    }
}
