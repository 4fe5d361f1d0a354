package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Borrowers.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KeyedPoolTest {
    private final ManualTicker ticker = new ManualTicker();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private final KeyedPool<Integer, String> pools = KeyedPool.of(key -> builderOf("of " + key));

    private PoolBuilder<String> builderOf(String name) {
        return Pool.<String>builder(() -> {
                    made.incrementAndGet();
                    return new String(name);
                })
                .maximumSize(1)
                .ticker(ticker)
                .ignorePressure()
                .destroyer(object -> destroyed.incrementAndGet());
    }

    @Test
    void eachKeyHasObjectsOfItsOwn() throws Exception {
        try (Lease<String> one = pools.acquire(1);
                Lease<String> two = pools.acquire(2, Duration.ofSeconds(50));
                Lease<String> three =
                        pools.acquireAsync(3, Duration.ofSeconds(50)).get()) {
            assertThat(List.of(one.get(), two.get(), three.get())).containsExactly("of 1", "of 2", "of 3");
            assertThat(pools.tryAcquire(1)).isNull();
            assertThat(pools.stats().get(2).leased()).isEqualTo(1);
        }
        assertThat(pools.<String, RuntimeException>apply(1, object -> object + "!"))
                .isEqualTo("of 1!");
        pools.accept(2, object -> assertThat(object).isEqualTo("of 2"));
        assertThat(made).hasValue(3);
        pools.closeAsync().get(30, TimeUnit.SECONDS);
        assertThat(destroyed).hasValue(3);
    }

    @Test
    void pausesOfOneKeyDoNotHoldUpAnother() throws Exception {
        Lease<String> held = pools.acquire(1);
        Running<String> waiting = Borrowers.PLATFORM.call(() -> {
            try (Lease<String> lease = pools.acquire(1)) {
                return lease.get();
            }
        });
        Borrowers.await(() -> pools.stats().get(1).waiting() == 1);
        pools.acquire(2).close();
        held.close();
        assertThat(waiting.result().get()).isEqualTo("of 1");
    }

    @Test
    void keysWithoutObjectsAreLetGoOfAsOthersCome() throws Exception {
        for (int key = 0; key < 1_000; key++) {
            pools.acquire(key).invalidate();
        }
        assertThat(pools.stats()).hasSizeLessThan(4);
        assertThat(destroyed).hasValue(1_000);
    }

    @Test
    void keysWithObjectsAreKept() throws Exception {
        for (int key = 0; key < 100; key++) {
            pools.acquire(key).close();
        }
        assertThat(pools.stats()).hasSize(100);
    }

    /** Pools are let go of just when others take them. */
    @Test
    void nobodyIsSentAwayByAPoolThatIsLetGoOf() throws Exception {
        Queue<Running<Integer>> borrowers = new ConcurrentLinkedQueue<>();
        for (int thread = 0; thread < 4; thread++) {
            borrowers.add(Borrowers.PLATFORM.call(() -> {
                int turns = 0;
                for (int i = 0; i < 5_000; i++) {
                    Lease<String> lease = pools.acquire(i % 3, Duration.ofSeconds(50));
                    turns++;
                    lease.invalidate();
                }
                return turns;
            }));
        }
        int turns = 0;
        for (Running<Integer> borrower : borrowers) {
            turns += borrower.result().get();
        }
        assertThat(turns).isEqualTo(20_000);
        pools.closeAsync().get(30, TimeUnit.SECONDS);
        assertThat(destroyed).hasValue(made.get());
    }

    @Test
    void afterClosingNothingIsLent() throws Exception {
        List<Lease<String>> leases = new ArrayList<>(List.of(pools.acquire(1), pools.acquire(2)));
        var closing = pools.closeAsync();
        assertThat(closing).isNotDone();
        assertThatThrownBy(() -> pools.acquire(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> pools.tryAcquire(7)).isInstanceOf(IllegalStateException.class);
        leases.forEach(Lease::close);
        closing.get(30, TimeUnit.SECONDS);
        assertThat(destroyed).hasValue(2);
        assertThat(pools.stats()).isEmpty();
    }

    @Test
    void aKeyMustNotBeNull() {
        assertThatThrownBy(() -> KeyedPool.of(key -> builderOf("any")).acquire(null))
                .hasMessageContaining("key");
    }
}
