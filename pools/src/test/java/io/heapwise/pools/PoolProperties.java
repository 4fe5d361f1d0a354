package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Made.Thing;
import io.heapwise.pools.internal.ObjectPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is done in whatever order, and whatever hooks and factory do: created == idle + leased + destroyed. */
class PoolProperties {
    /** A pool, and what its users know of it. */
    private static final class Model {
        final ManualTicker ticker = new ManualTicker();
        final AtomicInteger calls = new AtomicInteger();
        final Made made = new Made();
        final Pool<Thing> pool;
        final List<Lease<Thing>> held = new ArrayList<>();
        final List<Lease<Thing>> closed = new ArrayList<>();
        boolean isPaused;
        int firstOfGeneration;

        Model(int size) {
            pool = Pool.<Thing>builder(() -> {
                        if (calls.incrementAndGet() % 6 == 0) {
                            throw new IllegalStateException("the sixth");
                        }
                        return made.call();
                    })
                    .ticker(ticker)
                    .creationExecutor(Runnable::run)
                    .maximumSize(size)
                    .maximumIdle(6)
                    .lifetime(Duration.ofSeconds(20))
                    .idleExpiry(Duration.ofSeconds(5))
                    .ignorePressure()
                    .validator(thing -> thing.number % 7 != 3)
                    .afterReturn(thing -> failIf(thing.number % 11 == 5))
                    .destroyer(thing -> {
                        thing.destroyed.incrementAndGet();
                        failIf(thing.number % 5 == 1);
                    })
                    .build();
        }

        private static void failIf(boolean isToFail) {
            if (isToFail) {
                throw new IllegalArgumentException("hook");
            }
        }

        void step(int what, int which) throws Exception {
            switch (what) {
                case 0, 1, 2, 3 -> borrow(pool.tryAcquire());
                case 4, 5 -> giveBack(which, false);
                case 6 -> giveBack(which, true);
                case 7 -> pool.resize(1 + which);
                case 8 -> {
                    firstOfGeneration = made.count();
                    pool.refresh();
                }
                case 9 -> {
                    isPaused = !isPaused;
                    if (isPaused) {
                        pool.pause();
                    } else {
                        pool.resume();
                    }
                }
                case 10 -> {
                    ticker.advance(Duration.ofSeconds(which));
                    pool.maintain();
                }
                case 11 -> {
                    for (Lease<Thing> lease : closed) {
                        lease.close();
                        lease.invalidate();
                    }
                }
                default -> useOnce();
            }
        }

        private void borrow(Lease<Thing> lease) {
            if (lease != null) {
                assertThat(isPaused).isFalse();
                assertThat(lease.get().number).isGreaterThanOrEqualTo(firstOfGeneration);
                assertThat(lease.get().destroyed).hasValue(0);
                held.add(lease);
            }
        }

        private void giveBack(int which, boolean isBroken) {
            if (!held.isEmpty()) {
                Lease<Thing> lease = held.remove(which % held.size());
                closed.add(lease);
                if (isBroken) {
                    lease.invalidate();
                } else {
                    lease.close();
                }
            }
        }

        private void useOnce() throws InterruptedException {
            if (!isPaused && pool.stats().idle() > 0) {
                Lease<Thing> lease = pool.tryAcquire();
                if (lease != null) {
                    lease.close();
                }
            }
        }

        void check() {
            PoolStats stats = pool.stats();
            ((ObjectPool<?>) pool).checkIntegrity();
            assertThat(stats.leased()).isEqualTo(held.size());
            assertThat(stats.created()).isEqualTo(made.count());
            assertThat(stats.idle() == 0 || stats.idle() + stats.leased() <= stats.maximumSize())
                    .as("%s", stats)
                    .isTrue();
            Set<Thing> lent = new HashSet<>();
            for (Lease<Thing> lease : held) {
                assertThat(lent.add(lease.get())).as("%s is lent once", lease).isTrue();
            }
        }

        void end() throws Exception {
            for (Lease<Thing> lease : held) {
                lease.close();
            }
            Books.closeAndCheck(pool);
        }
    }

    @Property(tries = 1_000)
    void theBooksBalanceAfterEachStep(
            @ForAll @IntRange(min = 1, max = 8) int size,
            @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 12 * 16 - 1) Integer> steps)
            throws Exception {
        Model model = new Model(size);
        for (int step : steps) {
            model.step(step / 16, step % 16 / 2);
            model.check();
        }
        model.end();
    }
}
