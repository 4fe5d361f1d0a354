package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects entries that leave while a stripe is locked, and reports them after. Invariant: each entry that left is
 * reported once, outside all locks, in the order in which it left; when nobody listens, nothing is collected.
 *
 * <p>For one operation of one thread.
 */
final class Departures {
    /** Collects nothing, so one serves all. */
    private static final Departures IGNORED = new Departures(null);

    private final @Nullable Consumer<Departure> listener;
    private @Nullable Departure newest;

    private Departures(@Nullable Consumer<Departure> listener) {
        this.listener = listener;
    }

    static Departures to(@Nullable Consumer<Departure> listener) {
        return listener == null ? IGNORED : new Departures(listener);
    }

    void add(Table table, int slot, RemovalCause cause) {
        if (listener != null) {
            newest = new Departure(table.keyAt(slot), table.valueAt(slot), table.weightAt(slot), cause, newest);
        }
    }

    void add(Object key, Object value, int weight, RemovalCause cause) {
        if (listener != null) {
            newest = new Departure(key, value, weight, cause, newest);
        }
    }

    boolean isEmpty() {
        return newest == null;
    }

    void report() {
        if (listener != null && newest != null) {
            Departure oldest = null;
            for (Departure left = newest; left != null; left = left.next()) {
                oldest = new Departure(left.key(), left.value(), left.weight(), left.cause(), oldest);
            }
            newest = null;
            for (Departure left = oldest; left != null; left = left.next()) {
                listener.accept(left);
            }
        }
    }
}
