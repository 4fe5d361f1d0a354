package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How old objects are and for how long they are idle. Invariant: the times of a place say when its object must go, and
 * since when it is idle or on loan, in ticks since the pool was made. Thread-safe: it holds nothing that changes.
 */
final class Lifetimes {
    /*
     * Both times of a place are in one long, which its holder writes: when the object must go in the upper half, since when it
     * is as it is in the lower. A tick is 2^24 ns, 16.8 ms: 32 bits of them wrap around after more than two years, and times
     * are compared by their difference, as those of a Ticker are.
     */

    private static final int TICK_SHIFT = 24;

    /** More than a year: what is set to last longer lasts for ever. */
    private static final long MOST_TICKS = Integer.MAX_VALUE;

    private final Ticker ticker;
    private final long originNanos;
    private final int lifetime;
    private final double jitter;
    private final int idleExpiry;
    private final int validateAfter;
    private final int keepAlive;

    Lifetimes(PoolRules rules, Ticker ticker) {
        this.ticker = ticker;
        this.originNanos = ticker.nanos();
        this.lifetime = ticks(rules.lifetimeNanos());
        this.jitter = rules.lifetimeJitter();
        this.idleExpiry = ticks(rules.idleExpiryNanos());
        this.validateAfter = ticks(rules.validateAfterNanos());
        this.keepAlive = ticks(rules.keepAliveNanos());
    }

    private static int ticks(long nanos) {
        return (int) Math.min(MOST_TICKS, nanos >> TICK_SHIFT);
    }

    int now() {
        return (int) ((ticker.nanos() - originNanos) >> TICK_SHIFT);
    }

    /** The times of an object made now. Some live less long, so that those made together do not all go together. */
    long begin(int now) {
        int less = (int) (lifetime * jitter * ThreadLocalRandom.current().nextDouble());
        return pack(now + lifetime - less, now);
    }

    /** The times of an object that came back now. */
    long idleFrom(long times, int now) {
        return pack(expiryIn(times), now);
    }

    /** Whether the object has reached its age. */
    boolean isOver(long times, int now) {
        return lifetime != MOST_TICKS && expiryIn(times) - now <= 0;
    }

    /** Whether it has been idle for too long. */
    boolean isIdleForLong(long times, int now) {
        return idleExpiry != MOST_TICKS && idleTicks(times, now) >= idleExpiry;
    }

    /** Whether it must be validated before it is lent. */
    boolean isToValidate(long times, int now) {
        return idleTicks(times, now) >= validateAfter;
    }

    /** Whether an idle object was to be validated at some time between two rounds. */
    boolean isKeepAliveDue(long times, int lastRound, int now) {
        if (keepAlive == MOST_TICKS) {
            return false;
        }
        int before = Math.max(0, idleTicks(times, lastRound));
        int every = Math.max(1, keepAlive);
        return idleTicks(times, now) / every > before / every;
    }

    /** For how many ticks it is idle; of use as an order only while it is. */
    int idleTicks(long times, int now) {
        return now - (int) times;
    }

    private static int expiryIn(long times) {
        return (int) (times >>> 32);
    }

    private static long pack(int expiry, int since) {
        return (long) expiry << 32 | (since & 0xFFFF_FFFFL);
    }
}
