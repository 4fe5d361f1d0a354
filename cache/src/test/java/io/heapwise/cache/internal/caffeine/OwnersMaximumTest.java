package io.heapwise.cache.internal.caffeine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lowered maximum, and the owner's behind it. */
@Timeout(60)
final class OwnersMaximumTest {
    private final Cache<Integer, Integer> cache =
            Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();
    private final Policy.Eviction<Integer, Integer> eviction =
            cache.policy().eviction().orElseThrow();
    private final OwnersMaximum maximum = new OwnersMaximum();

    OwnersMaximumTest() {
        for (int key = 0; key < 10_000; key++) {
            cache.put(key, key);
        }
        assertThat(maximum.owners(eviction)).isEqualTo(10_000);
    }

    @AfterEach
    void theLawHolds() {
        maximum.checkIntegrity(eviction);
    }

    private int stepsTo(long target) {
        int steps = 1;
        while (maximum.step(cache, eviction, target, () -> true)) {
            maximum.checkIntegrity(eviction);
            steps++;
        }
        return steps;
    }

    @Test
    void itIsLoweredByAThousandEntriesAStep() {
        assertThat(stepsTo(4_000)).isEqualTo(6);
        assertThat(eviction.getMaximum()).isEqualTo(4_000);
        assertThat(cache.estimatedSize()).isEqualTo(4_000);
        assertThat(maximum.owners(eviction)).isEqualTo(10_000);
    }

    @Test
    void itIsRaisedAtOnceAndNeverAboveTheOwners() {
        stepsTo(4_000);
        assertThat(stepsTo(7_000)).isEqualTo(1);
        assertThat(eviction.getMaximum()).isEqualTo(7_000);
        assertThat(stepsTo(20_000)).isEqualTo(1);
        assertThat(eviction.getMaximum()).isEqualTo(10_000);
    }

    @Test
    void roomThatIsNotUsedIsTakenAtOnce() {
        eviction.setMaximum(1_000_000_000);
        assertThat(stepsTo(10_000)).isEqualTo(1);
        assertThat(eviction.getMaximum()).isEqualTo(10_000);
        assertThat(cache.estimatedSize()).isEqualTo(10_000);
    }

    @Test
    void anOutdatedTargetChangesNothing() {
        assertThat(maximum.step(cache, eviction, 10, () -> false)).isFalse();
        assertThat(eviction.getMaximum()).isEqualTo(10_000);
    }

    @Test
    void nothingIsLoweredOnceItWasGivenBack() {
        stepsTo(4_000);
        maximum.giveBack(eviction);
        assertThat(eviction.getMaximum()).isEqualTo(10_000);
        stepsTo(10);
        assertThat(eviction.getMaximum()).isEqualTo(10_000);
        eviction.setMaximum(77);
        maximum.giveBack(eviction);
        assertThat(eviction.getMaximum()).isEqualTo(77);
    }

    /** The owner comes exactly between the look at the maximum and the change. */
    @Test
    void anOwnerWhoComesInBetweenWaitsAndWins() throws Exception {
        AtomicReference<Thread> owner = new AtomicReference<>();
        maximum.step(cache, eviction, 5_000, () -> {
            Thread thread = new Thread(() -> eviction.setMaximum(8_888), "owner");
            owner.set(thread);
            thread.start();
            while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            return true;
        });
        owner.get().join();
        assertThat(eviction.getMaximum()).isEqualTo(8_888);
        stepsTo(5_000);
        assertThat(maximum.owners(eviction)).isEqualTo(8_888);
        maximum.giveBack(eviction);
        assertThat(eviction.getMaximum()).isEqualTo(8_888);
    }
}
