package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.ScriptedSource;
import io.heapwise.pools.Made.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pool does as memory gets tight. */
@Timeout(60)
final class PoolPressureTest {
    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource source = new ScriptedSource(1_000_000);
    private final MemoryPressure pressure = source.pressure(ticker);

    private PoolBuilder<Thing> builder() {
        return Pool.builder(new Made())
                .ticker(ticker)
                .maximumSize(8)
                .creationExecutor(Runnable::run)
                .pressure(pressure)
                .destroyer(thing -> thing.destroyed.incrementAndGet());
    }

    private List<Thing> fill(Pool<Thing> pool) throws InterruptedException {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            leases.add(pool.acquire());
        }
        List<Thing> things = leases.stream().map(Lease::get).toList();
        for (Lease<Thing> lease : leases) {
            lease.close();
            ticker.advance(Duration.ofSeconds(1));
        }
        return things;
    }

    @Test
    void halfOfTheSpareObjectsGoWhenItIsHighAndAllWhenItIsCritical() throws Exception {
        Pool<Thing> pool = builder().minimumIdle(2).build();
        fill(pool);
        source.level(PressureLevel.HIGH);
        Borrowers.await(() -> pool.stats().idle() == 5);
        source.level(PressureLevel.CRITICAL);
        Borrowers.await(() -> pool.stats().idle() == 2);
        pool.maintain();
        assertThat(pool.stats().idle()).isEqualTo(2);
        Books.closeAndCheck(pool);
    }

    @Test
    void thoseIdleLongestGoFirst() throws Exception {
        Pool<Thing> pool = builder().idleExpiry(Duration.ofDays(1)).build();
        List<Thing> all = fill(pool);
        source.level(PressureLevel.HIGH);
        Borrowers.await(() -> pool.stats().idle() == 4);
        assertThat(all.subList(0, 4)).allMatch(thing -> thing.destroyed.get() == 1);
        assertThat(all.subList(4, 8)).allMatch(thing -> thing.destroyed.get() == 0);
        Books.closeAndCheck(pool);
    }

    @Test
    void whatIsOnLoanStays() throws Exception {
        Pool<Thing> pool = builder().build();
        fill(pool);
        try (Lease<Thing> lease = pool.acquire()) {
            source.level(PressureLevel.CRITICAL);
            Borrowers.await(() -> pool.stats().idle() == 0);
            assertThat(lease.get().destroyed).hasValue(0);
        }
        assertThat(pool.stats().idle()).isEqualTo(1);
        Books.closeAndCheck(pool);
    }

    @Test
    void aClosedPoolListensNoMore() throws Exception {
        Pool<Thing> pool = builder().build();
        fill(pool);
        Books.closeAndCheck(pool);
        source.level(PressureLevel.CRITICAL);
        assertThat(pool.stats().destroyed()).isEqualTo(8);
    }
}
