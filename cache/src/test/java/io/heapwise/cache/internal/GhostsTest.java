package io.heapwise.cache.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GhostsTest {
    /** Hashes that fall into one bucket, whatever their number, and have names of their own. */
    private static int inFirstBucket(int name) {
        return name << 1 | 1;
    }

    @Test
    void whoIsUnknownHasNoUses() {
        Ghosts ghosts = Ghosts.forSlots(100, 0);
        for (int i = 0; i < 1_000; i++) {
            assertThat(ghosts.usesOf(Table.spread(i))).isZero();
        }
    }

    @Test
    void theLeastUsedOfABucketIsForgottenFirst() {
        Ghosts ghosts = Ghosts.forSlots(2, 0);
        for (int name = 1; name <= 4; name++) {
            ghosts.add(inFirstBucket(name), name == 3 ? 1 : 5);
        }
        ghosts.add(inFirstBucket(5), 2);
        assertThat(ghosts.usesOf(inFirstBucket(3))).isZero();
        for (int name : new int[] {1, 2, 4}) {
            assertThat(ghosts.usesOf(inFirstBucket(name))).isEqualTo(5);
        }
        assertThat(ghosts.usesOf(inFirstBucket(5))).isEqualTo(2);
    }

    @Test
    void ofThoseUsedAlikeTheEldestIsForgottenFirst() {
        Ghosts ghosts = Ghosts.forSlots(2, 0);
        for (int name = 1; name <= 6; name++) {
            ghosts.add(inFirstBucket(name), 3);
        }
        for (int name = 1; name <= 2; name++) {
            assertThat(ghosts.usesOf(inFirstBucket(name))).isZero();
        }
        for (int name = 3; name <= 6; name++) {
            assertThat(ghosts.usesOf(inFirstBucket(name))).isEqualTo(3);
        }
    }

    @Test
    void whoLeavesAgainIsNotedOnceWithWhatIsNewest() {
        Ghosts ghosts = Ghosts.forSlots(2, 0);
        for (int name = 1; name <= 4; name++) {
            ghosts.add(inFirstBucket(name), 15);
        }
        ghosts.add(inFirstBucket(2), 1);
        for (int name : new int[] {1, 3, 4}) {
            assertThat(ghosts.usesOf(inFirstBucket(name))).isEqualTo(15);
        }
        assertThat(ghosts.usesOf(inFirstBucket(2))).isEqualTo(1);
    }

    @Test
    void halvingHalvesTheUsesAndKeepsTheNames() {
        Ghosts ghosts = Ghosts.forSlots(2, 0);
        for (int name = 1; name <= 4; name++) {
            ghosts.add(inFirstBucket(name), 11 + name);
        }
        ghosts.halve();
        for (int name = 1; name <= 4; name++) {
            assertThat(ghosts.usesOf(inFirstBucket(name))).isEqualTo((11 + name) / 2);
        }
    }

    /** A part of them may be lost to a neighbour's bucket, but not most, as when all were thrown away. */
    @Test
    void mostAreKnownStillWhenTheirNumberChangesOrTheStripeIsSplit() {
        Map<Integer, Integer> noted = new HashMap<>();
        SplittableRandom random = new SplittableRandom(5);
        Ghosts ghosts = Ghosts.forSlots(4_000, 0);
        for (int i = 0; i < 3_000; i++) {
            int hash = Table.spread(random.nextInt());
            noted.put(hash, 1 + random.nextInt(15));
            ghosts.add(hash, noted.get(hash));
        }
        assertThat(known(noted, ghosts, ghosts)).isGreaterThan(2_900);
        Ghosts larger = ghosts.fitting(5_000);
        assertThat(known(noted, larger, larger)).isGreaterThan(2_000);
        assertThat(known(noted, ghosts.half(false, 2_000), ghosts.half(true, 2_000)))
                .isGreaterThan(2_900);
    }

    private static long known(Map<Integer, Integer> noted, Ghosts lower, Ghosts upper) {
        return noted.entrySet().stream()
                .filter(entry -> (entry.getKey() < 0 ? upper : lower).usesOf(entry.getKey()) == entry.getValue())
                .count();
    }
}
