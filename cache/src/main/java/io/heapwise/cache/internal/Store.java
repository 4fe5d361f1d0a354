package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
import io.heapwise.cache.EvictionPolicy;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The engine: a concurrent map from keys to values that stays within a capacity.
 *
 * <p>Invariant: {@code inserted == present + removed + evicted}, and the capacity's total is the sum of the weights
 * present, whenever no write is under way. After each write the total is within the limit, but for what other writes
 * under way hold; a limit that was lowered is met in slices.
 *
 * <p>Thread-safe. Reads take no lock unless a writer disturbs them several times over. A write takes the lock of one
 * stripe. Functions of the user run outside all locks: see {@link Computations}.
 */
final class Store {
    /** What the present value has to be for a change to happen; any other object means that very object. */
    enum Expect {
        ANYTHING,
        ABSENT,
        PRESENT
    }

    /** How heavy an entry is; called outside all locks, may throw. */
    @FunctionalInterface
    interface Weighing {
        int weigh(Object key, Object value);
    }

    /** Those that take time and hold up nobody but who wants the same key. */
    final Computations computations;

    private final Directory directory;
    private final Capacity capacity;
    private final @Nullable Weighing weighing;
    private final StripeWriter writer;
    private final Trimmer trimmer;
    private final Waits waits = new Waits();

    /** Null where entries live for ever, and so are the two below. */
    private final @Nullable Aging aging;

    private final @Nullable AgingReader agingReader;
    private final @Nullable ExpirySweep sweep;

    /** Shown each value that came in, outside all locks; set once, before the store is used. */
    private @Nullable BiConsumer<Object, Object> watcher;

    /** Rules change one after the other. */
    private final ReentrantLock rulesLock = new ReentrantLock();

    /** Told of entries that left; null when nobody wants to know. */
    private final @Nullable Consumer<Departure> listener;

    Store(
            Capacity capacity,
            int initialEntries,
            int splitEntries,
            EvictionPolicy policy,
            @Nullable Weighing weighing,
            Executor executor,
            @Nullable Consumer<Departure> listener,
            @Nullable Aging aging) {
        this.capacity = capacity;
        this.directory = new Directory(
                initialEntries, weighing != null, splitEntries, policy, aging == null ? null : aging.rules());
        this.weighing = weighing;
        this.writer = new StripeWriter(directory, capacity, aging == null ? null : aging.time);
        this.trimmer = new Trimmer(directory, capacity, writer, executor, listener);
        this.listener = listener;
        this.computations = new Computations(this, directory);
        this.aging = aging;
        this.agingReader = aging == null ? null : new AgingReader(directory, aging);
        this.sweep = aging == null ? null : new ExpirySweep(directory, writer, aging, executor, listener);
        if (sweep != null) {
            sweep.start();
        }
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The value, counted as a use of the entry, or null. */
    @Nullable Object get(Object key) {
        int hash = Table.spread(key.hashCode());
        if (agingReader != null) {
            return agingReader.read(hash, key, true);
        }
        while (true) {
            Object found = directory.stripeFor(hash).read(hash, key, true);
            if (found != Stripe.RETIRED) {
                return found;
            }
        }
    }

    /** The value, leaving its recency alone, or null. */
    @Nullable Object peek(Object key) {
        int hash = Table.spread(key.hashCode());
        if (agingReader != null) {
            return agingReader.read(hash, key, false);
        }
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
        look(key, (stripe, slot) -> weight[0] = stripe.table().weightAt(slot));
        return weight[0];
    }

    /** What {@link #look} does with an entry, under the stripe's lock. Calls no user code. */
    @FunctionalInterface
    interface Look {
        void at(Stripe stripe, int slot);
    }

    /** Looks at the entry of {@code key}, if it is present, leaving no trace. */
    void look(Object key, Look look) {
        int hash = Table.spread(key.hashCode());
        long now = now();
        inStripe(hash, stripe -> {
            int slot = stripe.table().locate(hash, key);
            if (slot >= 0 && !stripe.isOver(slot, now)) {
                look.at(stripe, slot);
            }
        });
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
        return exchange(key, expected, replacement, Deadlines.BY_RULES);
    }

    /** As {@link #exchange(Object, Object, Object)}, for a value that lives so long; see {@link Deadlines}. */
    @Nullable Object exchange(Object key, Object expected, @Nullable Object replacement, long ownNanos) {
        int weight = replacement == null ? 0 : weigh(key, replacement);
        return exchange(key, Table.spread(key.hashCode()), expected, replacement, weight, ownNanos, null);
    }

    /** As the others, for the owner of a flight, whom it does not keep out and whose landing this is; or for null. */
    @Nullable Object exchange(
            Object key,
            int hash,
            Object expected,
            @Nullable Object replacement,
            int weight,
            long ownNanos,
            @Nullable Flight own) {
        Aging.OwnLife ownLife = toBeAsked(replacement, ownNanos);
        long lifeNanos = isPending(replacement) ? Deadlines.PINNED : ownNanos;
        boolean isAsked = ownLife == null;
        Object askedAbout = null;
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            Flight other;
            Object previous = null;
            boolean isToAsk = false;
            boolean isNew = false;
            long leftNanos = 0;
            long now = now();
            Departures departures = departures();
            stripe.lock();
            try {
                if (stripe.isRetired()) {
                    continue;
                }
                other = own != null ? own : stripe.flights.of(hash, key);
                if (other != own && other != null) {
                    other.announceWaiter();
                } else {
                    stripe.catchUp(now);
                    int slot = own != null && own.isAbsent ? Table.ABSENT : find(stripe, hash, key, now, departures);
                    previous = slot < 0 ? null : stripe.table().valueAt(slot);
                    Object unwanted = own != null && own.isDiscarded() ? replacement : null;
                    boolean isMet = unwanted == null && isMet(expected, previous);
                    isToAsk = isMet && ownLife != null && !(isAsked && askedAbout == previous);
                    if (isToAsk) {
                        leftNanos = previous == null ? 0 : stripe.leftNanos(slot, now);
                    } else {
                        if (own != null) {
                            stripe.flights.remove(own);
                        }
                        if (unwanted != null) {
                            departures.add(key, unwanted, weight, RemovalCause.EXPLICIT);
                        } else if (isMet) {
                            isNew = replacement != null && replacement != previous;
                            writer.write(
                                    stripe, slot, hash, key, previous, replacement, weight, now, lifeNanos, departures);
                        } else if (previous != null && expected != Expect.PRESENT) {
                            stripe.use(slot, now);
                        }
                    }
                }
            } finally {
                stripe.unlock();
            }
            if (other != own && other != null) {
                awaitLanding(other);
                continue;
            }
            departures.report();
            if (isToAsk && aging != null && ownLife != null && replacement != null) {
                lifeNanos = aging.ask(ownLife, key, hash, replacement, previous, leftNanos, now);
                isAsked = true;
                askedAbout = previous;
                continue;
            }
            settle(stripe);
            if (isNew && watcher != null && replacement != null) {
                watcher.accept(key, replacement);
            }
            return previous;
        }
    }

    /** Where the key is; one that has expired is taken out, and absent then. Under the stripe's lock. */
    int find(Stripe stripe, int hash, Object key, long now, Departures departures) {
        int slot = stripe.table().locate(hash, key);
        if (slot >= 0 && stripe.isOver(slot, now)) {
            writer.remove(stripe, slot, RemovalCause.EXPIRED, departures);
            return Table.ABSENT;
        }
        return slot;
    }

    /** Removes {@code key} without waiting: a computation under way goes on, but what it yields is not kept. */
    void invalidate(Object key) {
        int hash = Table.spread(key.hashCode());
        Departures departures = departures();
        long now = now();
        inStripe(hash, stripe -> {
            Flight flight = stripe.flights.of(hash, key);
            if (flight != null) {
                flight.discard();
            }
            int slot = find(stripe, hash, key, now, departures);
            if (slot >= 0) {
                writer.remove(stripe, slot, RemovalCause.EXPLICIT, departures);
                stripe.trimTable();
            }
        });
        departures.report();
    }

    /** Removes everything, a stripe at a time, without waiting; what is being computed meanwhile is not kept. */
    void invalidateAll() {
        long now = now();
        for (int position = 0; position < Directory.WALK_END; ) {
            Departures departures = departures();
            position = directory.walk(position, stripe -> {
                stripe.flights.discardAll();
                writer.expire(stripe, now, Integer.MAX_VALUE, departures);
                Table table = stripe.table();
                long weight = 0;
                for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
                    if (table.isOccupied(slot)) {
                        weight += table.weightAt(slot);
                        departures.add(table, slot, RemovalCause.EXPLICIT);
                    }
                }
                stripe.clear();
                capacity.add(-weight);
            });
            departures.report();
        }
    }

    /** Evicts until the total is within the limit. */
    void trim() {
        trimmer.trim();
    }

    /** Takes out what has expired, and evicts until the total is within the limit. */
    void cleanUp() {
        if (sweep != null) {
            sweep.sweep();
        }
        trimmer.trim();
    }

    /** Lets go of the clock; entries go on to expire. */
    void close() {
        if (sweep != null) {
            sweep.close();
        }
    }

    /** Evicts what a lowered limit demands: a slice at once, the rest on the executor. */
    void trimSoon() {
        trimmer.trimSoon();
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** The bytes of the engine itself, without keys and values. */
    long engineBytes() {
        long[] sum = {256};
        directory.forEach(stripe -> sum[0] += stripe.bytes());
        return sum[0];
    }

    /** Throws unless the invariants hold. Any time; holds up all writers meanwhile. */
    void checkIntegrity() {
        directory.whileNothingChanges(this::checkBooks);
    }

    /** Throws if some thread counts as waiting for another's computation. */
    void checkNobodyWaits() {
        if (!waits.isEmpty()) {
            throw new IllegalStateException("a thread still counts as waiting (expected none)");
        }
    }

    private void checkBooks() {
        directory.checkIntegrity();
        long[] sums = new long[5];
        directory.forEach(stripe -> {
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
    }

    static boolean isMet(Object expected, @Nullable Object present) {
        if (expected instanceof Expect expect) {
            return switch (expect) {
                case ANYTHING -> true;
                case ABSENT -> present == null;
                case PRESENT -> present != null;
            };
        }
        return present == expected;
    }

    void watchBy(BiConsumer<Object, Object> watcher) {
        this.watcher = watcher;
    }

    // ---- aging -----------------------------------------------------------------------------------------------------

    @Nullable Aging aging() {
        return aging;
    }

    /** The time by which entries age; 0 where they don't. */
    long now() {
        return aging == null ? 0 : aging.time.now();
    }

    private boolean isPending(@Nullable Object value) {
        return aging != null && value != null && aging.isPending(value);
    }

    /** Who says how long this value lives; null when that is settled. */
    private Aging.@Nullable OwnLife toBeAsked(@Nullable Object value, long ownNanos) {
        return aging == null || value == null || ownNanos != Deadlines.BY_RULES || isPending(value)
                ? null
                : aging.ownLife;
    }

    /** From now on entries live by other rules, those present as if these had held when they were written. */
    void live(UnaryOperator<LifeRules> change) {
        if (aging == null || sweep == null) {
            return;
        }
        rulesLock.lock();
        try {
            LifeRules rules = change.apply(aging.rules());
            aging.setRules(rules);
            directory.walkAll(stripe -> stripe.live(rules, now()));
            sweep.start();
        } finally {
            rulesLock.unlock();
        }
    }

    /** Gives a present entry a duration of its own; false if there is none. */
    boolean setOwnLife(Object key, long ownNanos) {
        return agingReader != null && agingReader.setOwn(Table.spread(key.hashCode()), key, null, ownNanos, now());
    }

    Departures departures() {
        return Departures.to(listener);
    }

    // ---- after the lock --------------------------------------------------------------------------------------------

    private void settle(Stripe stripe) {
        if (stripe.wantsSplit()) {
            directory.split(stripe);
        }
        if (capacity.isExceeded()) {
            trimmer.trimSoon();
        }
    }

    void awaitLanding(Flight flight) {
        if (directory.isCallerInside()) {
            throw Stripe.reentered(); // the flight may need the very lock that the caller holds
        }
        waits.await(flight);
    }

    void inStripe(int hash, Directory.Visit visit) {
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

    int weigh(Object key, Object value) {
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
