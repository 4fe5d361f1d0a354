package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeapGovernorTest {
    private static final long MIB = 1 << 20;
    private static final long HEAP = 100 * MIB;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource script = new ScriptedSource(HEAP);
    private final MemoryPressure pressure = script.pressure(ticker);
    private final HeapGovernor governor = HeapGovernor.of(pressure, Runnable::run, HeapGovernor.Policy.defaults());

    @AfterEach
    void integrity() {
        governor.checkIntegrity();
        governor.close();
        governor.checkIntegrity();
        pressure.close();
        pressure.checkIntegrity();
        assertThat(governor.desk().size()).isZero();
    }

    @Test
    void whatIsHighIsOrderedBackByAPartOfTheOvershoot() {
        Holder cache = new Holder("cache", 50 * MIB);
        governor.register(cache);
        script.fullCollection(84 * MIB);

        // 0.7 of (84 - 70) MiB.
        assertThat(cache.limit).isBetween(40 * MIB, 41 * MIB);
        assertThat(governor.lastDecision().action()).isEqualTo(HeapGovernor.Action.SHRINK);
        assertThat(governor.lastDecision().why())
                .isEqualTo("live set predicted at 84 % of what may be live (high is 80 %)");
        assertThat(governor.lastDecision().demands())
                .containsExactly(new HeapGovernor.Demand("cache", 50 * MIB, cache.limit));
    }

    @Test
    void noStepTakesMoreThanItsShareUnlessItIsAnEmergency() {
        Holder cache = new Holder("cache", 10 * MIB);
        governor.register(cache);
        script.fullCollection(92 * MIB);
        assertThat(cache.limit).isEqualTo(7 * MIB);
    }

    @Test
    void anEmergencyTakesAQuarterThenHalf() {
        Holder cache = new Holder("cache", 40 * MIB);
        governor.register(cache);
        script.collection(HeapEvidence.of(EvidenceKind.FULL, HEAP, 97 * MIB, HEAP));
        long afterFirst = cache.limit;
        cache.obey();
        ticker.advance(Duration.ofSeconds(3));
        script.fullCollection(97 * MIB);
        assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
        assertThat(cache.limit).isLessThanOrEqualTo((long) (0.75 * afterFirst));
        long afterSecond = cache.limit;
        cache.obey();
        ticker.advance(Duration.ofSeconds(3));
        script.fullCollection(97 * MIB);

        assertThat(cache.limit).isLessThanOrEqualTo((long) (0.5 * afterSecond) + 1);
    }

    @Test
    void aBurstOfCollectionsDoesNotOrderTheSameBytesTwice() {
        Holder cache = new Holder("cache", 50 * MIB);
        governor.register(cache);
        script.fullCollection(84 * MIB);
        long once = cache.limit;
        for (int i = 0; i < 10; i++) {
            ticker.advance(Duration.ofMillis(20));
            script.fullCollection(84 * MIB);
        }
        assertThat(cache.limit).isEqualTo(once);
    }

    @Test
    void usedMemoryThatMayBeDeadOrdersNothingBack() {
        Holder cache = new Holder("cache", 25 * MIB);
        governor.register(cache);
        script.fullCollection(30 * MIB);
        for (int i = 0; i < 100; i++) {
            script.youngCollection(99 * MIB);
        }
        assertThat(cache.told).isEmpty();
    }

    @Test
    void betweenTargetAndHighGrowthIsCappedButNothingIsEvicted() {
        Holder cache = new Holder("cache", 30 * MIB);
        governor.register(cache);
        script.fullCollection(76 * MIB);

        assertThat(cache.limit).isBetween(30 * MIB, 33 * MIB);
        assertThat(governor.lastDecision().action()).isEqualTo(HeapGovernor.Action.CAP);
    }

    @Test
    void theFullOldGenerationCountsWhereItHasALimitOfItsOwn() {
        Holder cache = new Holder("cache", 25 * MIB);
        governor.register(cache);
        // 60 of 100 MiB live, but 60 of the 66 that old may hold.
        script.collection(
                new HeapEvidence(EvidenceKind.FULL, HEAP, 60 * MIB, HEAP, 60 * MIB, 60 * MIB, 66 * MIB, false, 0, 0));

        assertThat(cache.limit).isLessThan(20 * MIB);
    }

    @Test
    void nobodyIsAskedForLessThanItsMinimum() {
        Holder cache = new Holder("cache", 30 * MIB);
        cache.minimum = 29 * MIB;
        governor.register(cache);
        script.fullCollection(95 * MIB);

        assertThat(cache.limit).isGreaterThanOrEqualTo(29 * MIB);
    }

    @Test
    void severalGiveBackInProportionToWhatTheyHold() {
        Holder big = new Holder("big", 40 * MIB);
        Holder small = new Holder("small", 10 * MIB);
        governor.register(big);
        governor.register(small);
        script.fullCollection(90 * MIB);

        assertThat((double) big.limit / small.limit).isBetween(3.9, 4.1);
    }

    @Test
    void eachCollectionOfTheWholeHeapIsShownOnceEvenWhereThereIsRoom() {
        Observer cache = new Observer("cache", 10 * MIB);
        governor.register(cache);
        governor.register(new Holder("other", 5 * MIB));
        script.fullCollection(20 * MIB);
        script.youngCollection(30 * MIB);
        script.fullCollection(21 * MIB);

        assertThat(cache.seen).containsExactly("20 MiB live, 15 MiB held", "21 MiB live, 15 MiB held");
        assertThat(cache.told).isEmpty();
        assertThat(governor.lastDecision().action()).isEqualTo(HeapGovernor.Action.UNKNOWN);
    }

    @Test
    void whoThrowsOnSeeingACollectionIsLimitedAllTheSame() {
        Holder cache = new Holder("cache", 50 * MIB) {
            @Override
            public void heapCollected(PressureState evidence, long heldBytes) {
                throw new IllegalStateException("seen");
            }
        };
        governor.register(cache);
        script.fullCollection(84 * MIB);
        assertThat(cache.told).hasSize(1);
    }

    private static final class Observer extends Holder {
        final List<String> seen = new ArrayList<>();

        Observer(String name, long footprint) {
            super(name, footprint);
        }

        @Override
        public void heapCollected(PressureState evidence, long heldBytes) {
            seen.add(evidence.liveUpperBoundBytes() / MIB + " MiB live, " + heldBytes / MIB + " MiB held");
        }
    }

    @Test
    void aShrinkableThatThrowsKeepsNobodyFromBeingAsked() {
        governor.register(new Holder("broken", 10 * MIB) {
            @Override
            public void limitBytes(long bytes) {
                throw new IllegalStateException("limit");
            }
        });
        governor.register(new Holder("mute", 10 * MIB) {
            @Override
            public long footprintBytes() {
                throw new IllegalStateException("footprint");
            }
        });
        Holder good = new Holder("good", 30 * MIB);
        governor.register(good);
        script.fullCollection(90 * MIB);

        assertThat(good.limit).isLessThan(30 * MIB);
    }

    @Test
    void aShrinkableThatLiesCorruptsNothing() {
        Holder liar = new Holder("liar", Long.MAX_VALUE);
        Holder negative = new Holder("negative", -5);
        negative.minimum = Long.MIN_VALUE;
        Holder good = new Holder("good", 20 * MIB);
        governor.register(liar);
        governor.register(negative);
        governor.register(good);
        script.fullCollection(90 * MIB);

        assertThat(good.limit).isBetween(0L, HEAP);
        assertThat(negative.limit).isBetween(0L, HEAP);
        assertThat(governor.lastDecision().footprintBytes()).isEqualTo(120 * MIB);
    }

    @Test
    void aShrinkableMayReenterTheGovernor() {
        Holder late = new Holder("late", MIB);
        Subscription[] self = new Subscription[1];
        Holder reentrant = new Holder("reentrant", 30 * MIB) {
            @Override
            public void limitBytes(long bytes) {
                super.limitBytes(bytes);
                governor.register(late);
                self[0].close();
            }
        };
        self[0] = governor.register(reentrant);
        script.fullCollection(90 * MIB);

        // Registered in the first call, and again in the one by which closing lifted the limit.
        assertThat(governor.desk().size()).isEqualTo(2);
        assertThat(reentrant.told).hasSize(2).last().isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void closingTheSubscriptionLiftsTheLimitAndTwiceIsHarmless() {
        Holder cache = new Holder("cache", 50 * MIB);
        Subscription subscription = governor.register(cache);
        script.fullCollection(90 * MIB);
        subscription.close();
        subscription.close();

        assertThat(cache.limit).isEqualTo(Long.MAX_VALUE);
        assertThat(cache.told).hasSize(2);
    }

    @Test
    void aShrinkableThatWasDroppedDisappearsByItselfAndTheGovernorDetaches() {
        governor.register(new Holder("dropped", 50 * MIB));
        governor.desk().forgetAllShrinkables();
        script.fullCollection(90 * MIB);

        assertThat(governor.desk().size()).isZero();
    }

    @Test
    void manyThatAreDroppedUnclosedDoNotPileUp() {
        for (int i = 0; i < 10_000; i++) {
            governor.register(new Holder("dropped", 1));
            governor.desk().forgetAllShrinkables();
        }

        assertThat(governor.desk().size()).isLessThan(100);
    }

    @Test
    void aNewShrinkableIsToldTheLimitAtOnce() {
        Holder cache = new Holder("cache", 50 * MIB);
        governor.register(cache);
        script.fullCollection(90 * MIB);
        Holder late = new Holder("late", 0);
        governor.register(late);

        assertThat(late.limit).isBetween(1L, 10 * MIB);
    }

    @Test
    void whoeverComesAfterTheLastHasGoneInheritsNoLimit() {
        Subscription first = governor.register(new Holder("first", 50 * MIB));
        script.fullCollection(90 * MIB);
        first.close();
        Holder later = new Holder("later", 10 * MIB);
        governor.register(later);

        assertThat(later.told).isEmpty();
        assertThat(governor.lastDecision().action()).isEqualTo(HeapGovernor.Action.UNKNOWN);
    }

    @Test
    void closingOneHandleTakesOutOnlyItsOwn() {
        HeapGovernor first = HeapGovernor.ofJvm();
        HeapGovernor second = HeapGovernor.ofJvm();
        Holder one = new Holder("one", 1);
        Holder two = new Holder("two", 1);
        int before = first.desk().size();
        first.register(one);
        second.register(two);
        first.close();
        first.close();

        assertThat(second.desk().size()).isEqualTo(before + 1);
        second.close();
        second.checkIntegrity();
        assertThatThrownBy(() -> first.register(one))
                .hasMessage("closed=true (expected false): this HeapGovernor was closed, get another");
    }

    @Test
    void registeringCostsNoThreadWhileTheJvmIsNormal() {
        HeapGovernor jvm = HeapGovernor.ofJvm();
        Holder idle = new Holder("idle", 1);
        jvm.register(idle);
        boolean anyOfOurs = Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("heapwise-governor"));
        jvm.close();

        assertThat(anyOfOurs).isFalse();
        assertThat(MemoryPressure.peekJvm()).isNull();
    }

    @Test
    void aPolicyOutOfBoundsIsRefused() {
        assertThatThrownBy(() -> new HeapGovernor.Policy(0.9, 0.8, 0.7, 0.3))
                .hasMessageContaining("target=0.9, high=0.8 (expected 0.1 < target < high <= 1)");
        assertThatThrownBy(() -> new HeapGovernor.Policy(0.7, 0.8, 0, 0.3))
                .hasMessageContaining("gain=0.0, largestCut=0.3 (expected above 0 and at most 1)");
    }

    /** Holds what it is told to hold. */
    static class Holder implements Shrinkable {
        final List<Long> told = new ArrayList<>();
        final String name;
        long footprint;
        long minimum;
        long limit = Long.MAX_VALUE;

        Holder(String name, long footprint) {
            this.name = name;
            this.footprint = footprint;
        }

        void obey() {
            footprint = Math.min(footprint, limit);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long footprintBytes() {
            return footprint;
        }

        @Override
        public long minimumBytes() {
            return minimum;
        }

        @Override
        public void limitBytes(long bytes) {
            limit = bytes;
            told.add(bytes);
        }
    }
}
