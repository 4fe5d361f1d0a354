package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine: a concurrent map from keys to values that stays within a capacity.
 *
 * <p>Invariant: {@code inserted == present + removed + evicted}, and the capacity's total is the sum of the weights
 * present, whenever no write is under way. After each write the total is within the limit, but for what other writes
 * under way hold; a limit that was lowered is met in slices.
 *
 * <p>Thread-safe. Reads take no lock unless a writer disturbs them several times over. A write takes the lock of one
 * stripe. Functions of the user run outside all locks; to compute a key, {@link Flight} keeps others off that key alone.
 */
final class Store {
    /** What the present value has to be for a change to happen; any other object means that very object. */
    enum Expect {
        ANYTHING,
        ABSENT,
        PRESENT
    }

    /** Makes a new value from the present one; null removes. */
    @FunctionalInterface
    interface Remapping {
        @Nullable Object apply(Object key, @Nullable Object current);
    }

    /** How heavy an entry is; called outside all locks, may throw. */
    @FunctionalInterface
    interface Weighing {
        int weigh(Object key, Object value);
    }

    /** Entries a writer evicts on behalf of a lowered limit before it leaves the rest to the executor. */
    private static final int SLICE_ENTRIES = 512;

    private final Directory directory;
    private final Capacity capacity;
    private final @Nullable Weighing weighing;
    private final Executor executor;
    private final Waits waits = new Waits();

    /** Told of entries that left; null when nobody wants to know, and then nothing is collected. */
    private final @Nullable Consumer<Departure> departures;

    private final AtomicInteger trimPosition = new AtomicInteger();
    private final AtomicBoolean isTrimScheduled = new AtomicBoolean();

    Store(
            Capacity capacity,
            int initialEntries,
            int splitEntries,
            @Nullable Weighing weighing,
            Executor executor,
            @Nullable Consumer<Departure> departures) {
        this.capacity = capacity;
        this.directory = new Directory(initialEntries, weighing != null, splitEntries);
        this.weighing = weighing;
        this.executor = executor;
        this.departures = departures;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The value, counted as a use of the entry, or null. */
    @Nullable Object get(Object key) {
        int hash = Directory.spread(key.hashCode());
        while (true) {
            Object found = directory.stripeFor(hash).read(hash, key, true);
            if (found != Stripe.RETIRED) {
                return found;
            }
        }
    }

    /** The value, leaving its recency alone, or null. */
    @Nullable Object peek(Object key) {
        int hash = Directory.spread(key.hashCode());
        while (true) {
            Object found = directory.stripeFor(hash).read(hash, key, false);
            if (found != Stripe.RETIRED) {
                return found;
            }
        }
    }

    /** The weight of a present key, or -1. */
    int weightOf(Object key) {
        int[] weight = {-1};
        int hash = Directory.spread(key.hashCode());
        inStripe(hash, stripe -> {
            int slot = stripe.table().locate(hash, key);
            if (slot != Table.ABSENT) {
                weight[0] = stripe.table().weightAt(slot);
            }
        });
        return weight[0];
    }

    /** How many entries there are; under concurrent writes, a moment ago. */
    long entries() {
        long[] sum = {0};
        directory.forEach(stripe -> sum[0] += stripe.entries());
        return sum[0];
    }

    Capacity capacity() {
        return capacity;
    }

    Directory directory() {
        return directory;
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    /**
     * Replaces the value of {@code key}, or removes it when {@code replacement} is null, if the present value is what
     * was expected. Returns the present value from before, from which the caller can tell whether it happened.
     *
     * @param expected an {@link Expect}, or the very object that must be present
     */
    @Nullable Object exchange(Object key, Object expected, @Nullable Object replacement) {
        int weight = replacement == null ? 0 : weigh(key, replacement);
        return exchange(key, Directory.spread(key.hashCode()), expected, replacement, weight, null);
    }

    private @Nullable Object exchange(
            Object key, int hash, Object expected, @Nullable Object replacement, int weight, @Nullable Flight own) {
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            Flight other;
            Object previous = null;
            Departure left = null;
            stripe.lock();
            try {
                if (stripe.isRetired()) {
                    continue;
                }
                other = stripe.flightOf(hash, key);
                if (other == own) {
                    int slot = stripe.table().locate(hash, key);
                    previous = slot == Table.ABSENT ? null : stripe.table().valueAt(slot);
                    if (own != null) {
                        stripe.removeFlight(own);
                    }
                    if (own != null && own.isDiscarded() && replacement != null) {
                        left = departed(key, replacement, weight, RemovalCause.EXPLICIT, null);
                    } else if (isMet(expected, previous)) {
                        left = apply(stripe, slot, hash, key, previous, replacement, weight);
                    } else if (previous != null && expected != Expect.PRESENT) {
                        stripe.use(slot);
                    }
                }
            } finally {
                stripe.unlock();
            }
            if (other != own && other != null) {
                waits.await(other);
                continue;
            }
            settle(stripe);
            report(left);
            return previous;
        }
    }

    /**
     * Computes a value for {@code key} if its present value is as expected; the function runs outside all locks, once,
     * and no other change of the key happens meanwhile. Returns the value afterwards, or the present one when it was not
     * as expected.
     *
     * @param shared when not null: those who come meanwhile with the same object share the outcome, a failure too
     * @throws IllegalStateException when the function, over whatever thread, waits for this very computation
     */
    @Nullable Object compute(Object key, Expect expected, Remapping function, @Nullable Object shared) {
        int hash = Directory.spread(key.hashCode());
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            Flight other;
            Flight own = null;
            Object current = null;
            stripe.lock();
            try {
                if (stripe.isRetired()) {
                    continue;
                }
                other = stripe.flightOf(hash, key);
                if (other == null) {
                    int slot = stripe.table().locate(hash, key);
                    current = slot == Table.ABSENT ? null : stripe.table().valueAt(slot);
                    if (!isMet(expected, current)) {
                        if (current != null) {
                            stripe.use(slot);
                        }
                        return current;
                    }
                    own = new Flight(key, hash, shared);
                    stripe.addFlight(own);
                }
            } finally {
                stripe.unlock();
            }
            if (own != null) {
                return fly(own, current, function);
            }
            if (other != null) {
                waits.await(other);
                if (shared != null && other.sharedFunction == shared) {
                    return other.outcome();
                }
            }
        }
    }

    private @Nullable Object fly(Flight own, @Nullable Object current, Remapping function) {
        Object result = null;
        Throwable failure = null;
        boolean isListed = true;
        try {
            result = function.apply(own.key, current);
            if (result != null || current != null) {
                int weight = result == null ? 0 : weigh(own.key, result);
                exchange(own.key, own.hash, Expect.ANYTHING, result, weight, own);
                isListed = false;
            }
            return result;
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            // Out of the list before it lands: who wakes up must find the key free.
            if (isListed) {
                inStripe(own.hash, stripe -> stripe.removeFlight(own));
            }
            own.land(result, failure);
        }
    }

    /** Removes {@code key} without waiting: a computation under way goes on, but what it yields is not kept. */
    void invalidate(Object key) {
        int hash = Directory.spread(key.hashCode());
        Departure[] left = {null};
        inStripe(hash, stripe -> {
            Flight flight = stripe.flightOf(hash, key);
            if (flight != null) {
                flight.discard();
            }
            int slot = stripe.table().locate(hash, key);
            if (slot != Table.ABSENT) {
                left[0] = depart(stripe, slot, RemovalCause.EXPLICIT, null);
                stripe.trimTable();
            }
        });
        report(left[0]);
    }

    /** Removes everything, a stripe at a time, without waiting; what is being computed meanwhile is not kept. */
    void invalidateAll() {
        for (int position = 0; position < Directory.WALK_END; ) {
            Departure[] left = {null};
            position = directory.walk(position, stripe -> {
                stripe.discardFlights();
                Table table = stripe.table();
                long weight = 0;
                for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
                    if (table.isOccupied(slot)) {
                        weight += table.weightAt(slot);
                        left[0] = departed(table, slot, RemovalCause.EXPLICIT, left[0]);
                    }
                }
                stripe.clear();
                capacity.add(-weight);
            });
            report(left[0]);
        }
    }

    // ---- eviction --------------------------------------------------------------------------------------------------

    /** Evicts until the total is within the limit; for a cache that was told to hold less. */
    void trim() {
        while (capacity.isExceeded() && trimSlice()) {
            // another slice
        }
    }

    /** Evicts what a lowered limit demands: a slice at once, the rest on the executor. */
    void trimSoon() {
        if (capacity.isExceeded()
                && trimSlice()
                && capacity.isExceeded()
                && isTrimScheduled.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    isTrimScheduled.set(false);
                    trim();
                });
            } catch (RuntimeException refused) {
                isTrimScheduled.set(false);
                trim();
            }
        }
    }

    /** Evicts up to a slice of entries from the stripes in turn; false when nothing could be evicted. */
    private boolean trimSlice() {
        int evicted = 0;
        int barren = 0;
        while (evicted < SLICE_ENTRIES && capacity.isExceeded()) {
            int before = evicted;
            Departure[] left = {null};
            int[] count = {evicted};
            int position = trimPosition.get();
            int next = directory.walk(position & (Directory.WALK_END - 1), stripe -> {
                // Few at a time from each: the coldest of a stripe are found among samples, and stripes shrink alike.
                int share = Math.max(1, Math.min(stripe.entries() / 16, SLICE_ENTRIES / 8));
                for (int i = 0; i < share && capacity.isExceeded(); i++) {
                    int victim = stripe.victim();
                    if (victim == Stripe.NO_VICTIM) {
                        break;
                    }
                    left[0] = depart(stripe, victim, RemovalCause.SIZE, left[0]);
                    count[0]++;
                }
                stripe.trimTable();
            });
            trimPosition.compareAndSet(position, next & (Directory.WALK_END - 1));
            report(left[0]);
            evicted = count[0];
            // A whole round without a victim: what is left weighs nothing, or is held by writes under way.
            if (evicted == before && (barren += next - position) >= Directory.WALK_END) {
                break;
            }
        }
        return evicted > 0;
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** The bytes of the engine itself, without keys and values. */
    long engineBytes(int referenceBytes) {
        long[] sum = {256};
        directory.forEach(stripe -> sum[0] += 160 + stripe.table().bytes(referenceBytes));
        return sum[0];
    }

    /** Throws unless the invariants hold. Only while no other thread uses the store. */
    void checkIntegrity() {
        directory.checkIntegrity();
        long[] sums = new long[5];
        directory.walkAll(stripe -> {
            sums[0] += stripe.checkIntegrity();
            sums[1] += stripe.inserted();
            sums[2] += stripe.removed();
            sums[3] += stripe.evicted();
            sums[4] += stripe.entries();
        });
        if (sums[0] != capacity.total()) {
            throw new IllegalStateException(
                    "weight present=" + sums[0] + " (expected " + capacity.total() + ", the total)");
        }
        if (sums[1] != sums[4] + sums[2] + sums[3]) {
            throw new IllegalStateException("inserted=" + sums[1] + " (expected " + sums[4] + " present + " + sums[2]
                    + " removed + " + sums[3] + " evicted)");
        }
        if (!waits.isEmpty()) {
            throw new IllegalStateException("a thread still counts as waiting (expected none)");
        }
    }

    // ---- the steps of a write, under the stripe's lock -------------------------------------------------------------

    private static boolean isMet(Object expected, @Nullable Object present) {
        if (expected instanceof Expect expect) {
            return switch (expect) {
                case ANYTHING -> true;
                case ABSENT -> present == null;
                case PRESENT -> present != null;
            };
        }
        return present == expected;
    }

    private @Nullable Departure apply(
            Stripe stripe,
            int slot,
            int hash,
            Object key,
            @Nullable Object previous,
            @Nullable Object replacement,
            int weight) {
        if (replacement == null) {
            if (previous == null) {
                return null;
            }
            Departure left = depart(stripe, slot, RemovalCause.EXPLICIT, null);
            stripe.trimTable();
            return left;
        }
        if (weight > capacity.limit()) {
            return refuse(stripe, slot, key, previous, replacement, weight);
        }
        if (previous == null) {
            return insert(stripe, hash, key, replacement, weight);
        }
        int before = stripe.table().weightAt(slot);
        Departure left = previous == replacement ? null : departed(stripe.table(), slot, RemovalCause.REPLACED, null);
        stripe.replace(slot, replacement, weight);
        if (weighing != null && weight != before) {
            capacity.add((long) weight - before);
        }
        return left;
    }

    private @Nullable Departure insert(Stripe stripe, int hash, Object key, Object value, int weight) {
        Departure left = null;
        long freed = 0;
        long delta = 0;
        try {
            // Evict first: the new entry is no candidate, and in a full cache of entries that weigh alike the total
            // does not change at all, so that no line is shared between writers of different stripes.
            while (capacity.total() + weight - freed > capacity.limit()) {
                int victim = stripe.victim();
                if (victim == Stripe.NO_VICTIM) {
                    break;
                }
                freed += stripe.table().weightAt(victim);
                left = departed(stripe.table(), victim, RemovalCause.SIZE, left);
                stripe.remove(victim, true);
            }
            delta = -freed;
            stripe.insert(hash, key, value, weight);
            delta += weight;
        } finally {
            if (delta != 0) {
                capacity.add(delta);
            }
        }
        return left;
    }

    /** An entry heavier than the whole limit comes and goes at once, rather than drive out all others first. */
    private @Nullable Departure refuse(
            Stripe stripe, int slot, Object key, @Nullable Object previous, Object replacement, int weight) {
        Departure left = null;
        if (previous != null) {
            left = depart(stripe, slot, RemovalCause.REPLACED, null);
        }
        stripe.countRefused();
        return departed(key, replacement, weight, RemovalCause.SIZE, left);
    }

    private @Nullable Departure depart(Stripe stripe, int slot, RemovalCause cause, @Nullable Departure next) {
        Departure left = departed(stripe.table(), slot, cause, next);
        int weight = stripe.table().weightAt(slot);
        stripe.remove(slot, cause.wasEvicted());
        capacity.add(-weight);
        return left;
    }

    private @Nullable Departure departed(Table table, int slot, RemovalCause cause, @Nullable Departure next) {
        return departures == null
                ? null
                : new Departure(table.keyAt(slot), table.valueAt(slot), table.weightAt(slot), cause, next);
    }

    private @Nullable Departure departed(
            Object key, Object value, int weight, RemovalCause cause, @Nullable Departure next) {
        return departures == null ? null : new Departure(key, value, weight, cause, next);
    }

    // ---- after the lock --------------------------------------------------------------------------------------------

    private void settle(Stripe stripe) {
        if (stripe.wantsSplit()) {
            directory.split(stripe);
        }
        if (capacity.isExceeded()) {
            trimSoon();
        }
    }

    private void report(@Nullable Departure newest) {
        if (departures != null) {
            Departure oldest = null;
            for (Departure d = newest; d != null; d = d.next()) {
                oldest = new Departure(d.key(), d.value(), d.weight(), d.cause(), oldest);
            }
            for (Departure d = oldest; d != null; d = d.next()) {
                departures.accept(d);
            }
        }
    }

    private void inStripe(int hash, Directory.Visit visit) {
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            stripe.lock();
            try {
                if (!stripe.isRetired()) {
                    visit.visit(stripe);
                    return;
                }
            } finally {
                stripe.unlock();
            }
        }
    }

    private int weigh(Object key, Object value) {
        if (weighing == null) {
            return 1;
        }
        int weight = weighing.weigh(key, value);
        if (weight < 0) {
            throw new IllegalArgumentException("weight of key=" + key + " weight=" + weight
                    + " (expected >= 0): let the weigher return what the entry costs, 0 to keep it from eviction");
        }
        return weight;
    }
}
