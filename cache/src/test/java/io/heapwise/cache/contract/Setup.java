package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What a test asks of the cache it is given; whatever it leaves open is the maker's own choice. */
final class Setup<K, V> {
    static final long OPEN = -1;

    long maximumSize = OPEN;
    long maximumWeight = OPEN;
    int initialCapacity = (int) OPEN;
    boolean stats;
    Weigher<? super K, ? super V> weigher;
    Executor executor = Runnable::run;
    Supplier<StatsCounter> counter;
    RemovalListener<? super K, ? super V> removalListener;
    RemovalListener<? super K, ? super V> evictionListener;

    static <K, V> Setup<K, V> any() {
        return new Setup<>();
    }

    Setup<K, V> maximumSize(long entries) {
        maximumSize = entries;
        return this;
    }

    Setup<K, V> maximumWeight(long weight, Weigher<? super K, ? super V> by) {
        maximumWeight = weight;
        weigher = by;
        return this;
    }

    Setup<K, V> initialCapacity(int entries) {
        initialCapacity = entries;
        return this;
    }

    Setup<K, V> executor(Executor runs) {
        executor = runs;
        return this;
    }

    Setup<K, V> recordStats() {
        stats = true;
        return this;
    }

    Setup<K, V> recordStats(Supplier<StatsCounter> supplier) {
        counter = supplier;
        return this;
    }

    Setup<K, V> onRemoval(RemovalListener<? super K, ? super V> listener) {
        removalListener = listener;
        return this;
    }

    Setup<K, V> onEviction(RemovalListener<? super K, ? super V> listener) {
        evictionListener = listener;
        return this;
    }
}
