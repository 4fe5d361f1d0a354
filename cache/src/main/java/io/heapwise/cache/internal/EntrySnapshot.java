package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Policy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An entry as it was. Invariant: never changes, but for its rank, which {@link Snapshots} sets. Ages count from the write or the use; see {@link Deadlines}. */
final class EntrySnapshot<K, V> implements Policy.CacheEntry<K, V> {
    /** As far ahead as can be told by a difference. */
    private static final long NEVER_NANOS = Long.MAX_VALUE >> 1;

    /** How many insertions ago it was used. */
    final int idleInsertions;

    /** How long ago it was written, where that ends it; else 0. So with the two below. */
    final long writeAgeNanos;

    final long useAgeNanos;
    final long refreshAgeNanos;

    /** Where it stands between the coldest and the hottest of its stripe. */
    double rank;

    private final K key;
    private final V value;
    private final int weight;
    private final long takenNanos;
    private final long leftNanos;
    private final long refreshLeftNanos;

    /** Copies an occupied slot, under the stripe's lock. */
    @SuppressWarnings("unchecked") // only a K gets into the store
    EntrySnapshot(V value, Stripe stripe, int slot, long now, long takenNanos) {
        Table table = stripe.table();
        this.key = (K) table.keyAt(slot);
        this.value = value;
        this.weight = table.weightAt(slot);
        this.idleInsertions = stripe.ageOf(slot);
        this.takenNanos = takenNanos;
        Deadlines deadlines = table.deadlines;
        int hash = table.hashAt(slot);
        this.writeAgeNanos = deadlines == null ? 0 : deadlines.writeAgeNanos(slot, hash, now);
        this.useAgeNanos = deadlines == null ? 0 : deadlines.useAgeNanos(slot, hash, now);
        this.refreshAgeNanos = deadlines == null ? 0 : deadlines.refreshAgeNanos(slot, hash, now);
        this.leftNanos = left(deadlines == null ? Deadlines.NEVER_NANOS : deadlines.endNanos(slot), now);
        this.refreshLeftNanos = left(deadlines == null ? Deadlines.NEVER_NANOS : deadlines.refreshNanos(slot), now);
    }

    private static long left(long moment, long now) {
        return moment == Deadlines.NEVER_NANOS ? NEVER_NANOS : Math.min(NEVER_NANOS, moment - now);
    }

    /** How long until it expires; Long.MAX_VALUE for never. */
    long leftNanos() {
        return leftNanos == NEVER_NANOS ? Long.MAX_VALUE : leftNanos;
    }

    @Override
    public K getKey() {
        return key;
    }

    @Override
    public V getValue() {
        return value;
    }

    @Override
    public V setValue(V changed) {
        throw new UnsupportedOperationException("setValue on a snapshot (expected none): use asMap().put");
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public long expiresAt() {
        return takenNanos + leftNanos;
    }

    @Override
    public long refreshableAt() {
        return takenNanos + refreshLeftNanos;
    }

    @Override
    public long snapshotAt() {
        return takenNanos;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Map.Entry<?, ?> entry && key.equals(entry.getKey()) && value.equals(entry.getValue());
    }

    @Override
    public int hashCode() {
        return key.hashCode() ^ value.hashCode();
    }

    @Override
    public String toString() {
        return key + "=" + value;
    }
}
