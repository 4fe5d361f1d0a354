package io.heapwise.cache.internal;

import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.PeriodicTask;
import io.heapwise.memory.Subscription;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes out what has expired, without anyone asking for it. Invariant: after a sweep no entry is left that had expired when
 * the sweep began; a stripe's lock is held for no more than a look at its deadlines and {@link #SLICE_ENTRIES} removals.
 *
 * <p>Thread-safe. The clock thread only looks whether there is something to do; it is done on the executor.
 */
final class ExpirySweep {
    /*
     * No wheel and no links: to look at the deadlines of a whole stripe is to read an array of four bytes an entry from one
     * end to the other, a microsecond for some thousands. Each stripe knows a bound before which none of its entries can
     * expire, so most rounds find nothing to look at. A round comes eight times in the shortest duration: what has expired
     * takes memory for an eighth of its life longer at most.
     */

    private static final int SLICE_ENTRIES = 256;
    private static final int ROUNDS_A_LIFE = 8;
    private static final int PATIENCE_ROUNDS = 64;
    private static final long SHORTEST_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_ROUND_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Where each entry has a duration of its own, which may be short. */
    private static final long UNKNOWN_ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Directory directory;
    private final StripeWriter writer;
    private final Aging aging;
    private final Executor executor;
    private final @Nullable Consumer<Departure> listener;

    /** Rounds since the executor was first given a sweep that has not begun; zero if there is none. */
    private final AtomicInteger roundsWaited = new AtomicInteger();

    /** Made in advance: see {@link Rehearsal}. */
    private final Runnable task = this::sweepScheduled;

    private volatile Subscription rounds = Subscription.none();
    private volatile boolean isClosed;

    ExpirySweep(
            Directory directory,
            StripeWriter writer,
            Aging aging,
            Executor executor,
            @Nullable Consumer<Departure> listener) {
        this.directory = directory;
        this.writer = writer;
        this.aging = aging;
        this.executor = executor;
        this.listener = listener;
    }

    /** Begins the rounds, anew if they have begun; they end by themselves when the cache is gone. */
    void start() {
        rounds.close();
        // Also where entries are only refreshed: then the rounds are there to let go of the clock in the end.
        Timekeeper time = aging.time;
        rounds = PeriodicTask.every(roundNanos(aging.rules()), time.ticker(), this, ExpirySweep::round, time::close);
        if (isClosed) {
            rounds.close();
        }
    }

    /** No more rounds: what expires from now on leaves when a write or {@link #sweep} meets it. */
    void close() {
        isClosed = true;
        rounds.close();
        aging.time.close();
    }

    private static long roundNanos(LifeRules rules) {
        long longest = rules.isVariable() ? UNKNOWN_ROUND_NANOS : LONGEST_ROUND_NANOS;
        return Math.max(SHORTEST_ROUND_NANOS, Math.min(longest, rules.shortestNanos() / ROUNDS_A_LIFE));
    }

    private void round() {
        if (!isDue(aging.time.now()) || isAwaited(roundsWaited.getAndIncrement())) {
            return;
        }
        Thread clock = Thread.currentThread();
        try {
            executor.execute(() -> {
                // Listeners run in a sweep. Where the executor runs it at once, that must not be on the clock of all.
                if (Thread.currentThread() == clock && !(aging.time.ticker() instanceof ManualTicker)) {
                    ForkJoinPool.commonPool().execute(task);
                } else {
                    sweepScheduled();
                }
            });
        } catch (RuntimeException refused) {
            ForkJoinPool.commonPool().execute(task);
        }
    }

    /** Whether a sweep will come; after 64, 128, 256 rounds it no doubt will not: where memory is out executors lose tasks. */
    private static boolean isAwaited(int rounds) {
        return rounds > 0 && (rounds < PATIENCE_ROUNDS || Integer.bitCount(rounds) > 1);
    }

    private void sweepScheduled() {
        roundsWaited.set(0);
        sweep();
    }

    private boolean isDue(long now) {
        boolean[] due = {false};
        directory.forEach(stripe -> due[0] |= stripe.mayHaveExpired(now));
        return due[0];
    }

    /** Takes out all that has expired by now. */
    void sweep() {
        long now = aging.time.now();
        for (int position = 0; position < Directory.WALK_END; ) {
            Stripe stripe = directory.at(position);
            position = stripe.mayHaveExpired(now) ? sweepAt(position, now) : Directory.behind(position, stripe);
        }
    }

    private int sweepAt(int position, long now) {
        int[] expired = {0};
        int behind;
        do {
            Departures departures = Departures.to(listener);
            behind = directory.walk(
                    position, stripe -> expired[0] = writer.expire(stripe, now, SLICE_ENTRIES, departures));
            departures.report();
        } while (expired[0] == SLICE_ENTRIES);
        return behind;
    }
}
