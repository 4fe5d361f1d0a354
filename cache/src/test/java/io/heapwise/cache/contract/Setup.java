package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import io.heapwise.memory.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** What a test asks of the cache it is given; whatever it leaves open is the maker's own choice. */
final class Setup<K, V> {
    static final long OPEN = -1;

    /** Whether the maker must add nothing of its own but the bound. */
    boolean plain;

    long maximumSize = OPEN;
    long maximumWeight = OPEN;
    int initialCapacity = (int) OPEN;
    boolean stats;
    Weigher<? super K, ? super V> weigher;
    Executor executor = Runnable::run;
    Supplier<StatsCounter> counter;
    RemovalListener<? super K, ? super V> removalListener;
    RemovalListener<? super K, ? super V> evictionListener;
    Ticker ticker;
    Duration expireAfterWrite;
    Duration expireAfterAccess;
    Expiry<? super K, ? super V> expiry;
    Duration refreshAfterWrite;

    static <K, V> Setup<K, V> any() {
        return new Setup<>();
    }

    static <K, V> Setup<K, V> plain() {
        Setup<K, V> setup = new Setup<>();
        setup.plain = true;
        return setup;
    }

    Setup<K, V> ticker(Ticker time) {
        ticker = time;
        return this;
    }

    Setup<K, V> expireAfterWrite(Duration duration) {
        expireAfterWrite = duration;
        return this;
    }

    Setup<K, V> expireAfterAccess(Duration duration) {
        expireAfterAccess = duration;
        return this;
    }

    Setup<K, V> expireAfter(Expiry<? super K, ? super V> says) {
        expiry = says;
        return this;
    }

    Setup<K, V> refreshAfterWrite(Duration duration) {
        refreshAfterWrite = duration;
        return this;
    }

    /** Whether a test says itself how long entries live. */
    boolean tellsTime() {
        return plain || ticker != null;
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
