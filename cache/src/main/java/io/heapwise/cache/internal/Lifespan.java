package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Expiry;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a builder was told about time. Invariant: at most one of {@code expiry} and the fixed durations for expiry is set;
 * durations are {@link LifeRules#OFF} or not negative.
 *
 * @param expiry says it for each entry, or null
 */
public record Lifespan<K, V>(
        long afterWriteNanos,
        long afterAccessNanos,
        @Nullable Expiry<? super K, ? super V> expiry,
        long refreshNanos,
        double jitterShare) {
    /** Instead of a duration. */
    public static final long OFF = LifeRules.OFF;

    /** Entries live for ever. */
    public static <K, V> Lifespan<K, V> unlimited() {
        return new Lifespan<>(LifeRules.OFF, LifeRules.OFF, null, LifeRules.OFF, 0);
    }

    /** How many deadlines an entry has. */
    public int kinds() {
        return rules().kinds();
    }

    LifeRules rules() {
        int salt = jitterShare == 0 ? 0 : ThreadLocalRandom.current().nextInt();
        return new LifeRules(afterWriteNanos, afterAccessNanos, expiry != null, refreshNanos, jitterShare, salt);
    }

    /** What the user says of each entry, checked; null where all live alike. */
    Aging.@Nullable OwnLife ownLife(boolean ofFutures) {
        return expiry == null ? null : new Asked<>(expiry, ofFutures);
    }

    /** Invariant: what it returns is not negative. */
    @SuppressWarnings("unchecked") // only a K and a V get into the store
    private record Asked<K, V>(Expiry<? super K, ? super V> expiry, boolean ofFutures) implements Aging.OwnLife {
        @Override
        public long afterCreate(Object key, Object value, long tickerNanos) {
            return checked(key, expiry.expireAfterCreate((K) key, value(value), tickerNanos));
        }

        @Override
        public long afterUpdate(Object key, Object value, long tickerNanos, long leftNanos) {
            return checked(key, expiry.expireAfterUpdate((K) key, value(value), tickerNanos, leftNanos));
        }

        @Override
        public long afterRead(Object key, Object value, long tickerNanos, long leftNanos) {
            return checked(key, expiry.expireAfterRead((K) key, value(value), tickerNanos, leftNanos));
        }

        /** The user is only asked about futures that are complete. */
        private V value(Object stored) {
            return ofFutures ? requireNonNull(Futures.<V>ready(stored)) : (V) stored;
        }

        private static long checked(Object key, long nanos) {
            if (nanos < 0) {
                throw new IllegalArgumentException("duration of key=" + key + " nanos=" + nanos
                        + " (expected >= 0): let the Expiry return how long the entry lives from now on");
            }
            return nanos;
        }
    }
}
