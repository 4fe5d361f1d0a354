package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.cache.internal.caffeine.MembersIntegrity;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.ScriptedSource;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real Caffeine caches under a governor that is told what the heap is like. */
@Timeout(60)
final class CaffeineGovernorTest {
    private static final long HEAP_BYTES = 100L << 20;
    private static final int ENTRIES = 20_000;
    private static final int VALUE_BYTES = 1_000;

    private final ManualTicker ticker = new ManualTicker();
    private final ScriptedSource source = new ScriptedSource(HEAP_BYTES);
    private final MemoryPressure pressure = source.pressure(ticker);
    private final HeapGovernor governor = HeapGovernor.of(pressure, Runnable::run, HeapGovernor.Policy.defaults());
    private final List<CaffeineMembership> memberships = new ArrayList<>();

    /** Whatever happened: the law holds, and closing gives back what the owner had set last. */
    @AfterEach
    void everyOwnerHasItsMaximumBack() {
        for (CaffeineMembership membership : memberships) {
            MembersIntegrity.check(membership);
            membership.close();
            membership.close();
            MembersIntegrity.check(membership);
            assertThat(MembersIntegrity.isKept(membership)).isFalse();
        }
        pressure.close();
    }

    private <K, V> CaffeineMembership govern(Cache<K, V> cache) {
        return govern(CaffeineGovernor.<K, V>builder(), cache);
    }

    private <K, V> CaffeineMembership govern(CaffeineGovernor.Builder<K, V> builder, Cache<K, V> cache) {
        CaffeineMembership membership =
                builder.governor(governor).executor(Runnable::run).govern(cache);
        memberships.add(membership);
        return membership;
    }

    private static Cache<Integer, byte[]> filled() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .build();
        fill(cache);
        return cache;
    }

    private static void fill(Cache<Integer, byte[]> cache) {
        for (int key = 0; key < ENTRIES; key++) {
            cache.put(key, new byte[VALUE_BYTES]);
        }
        cache.cleanUp();
    }

    private static <K, V> Policy.Eviction<K, V> eviction(Cache<K, V> cache) {
        return cache.policy().eviction().orElseThrow();
    }

    private void pressureAt(double share) {
        ticker.advance(Duration.ofSeconds(5));
        source.fullCollection((long) (share * HEAP_BYTES));
    }

    /** As many collections as it takes until nothing is limited, or 25. */
    private void pressurePasses(Runnable between) {
        pressureAt(0.30);
        for (int i = 0; i < 25 && governor.lastDecision().limitBytes() != Long.MAX_VALUE; i++) {
            between.run();
            pressureAt(0.30);
        }
    }

    private static double shareLeft(Cache<?, ?> cache) {
        return (double) cache.estimatedSize() / ENTRIES;
    }

    @Test
    void underPressureItHoldsLessAndGetsItsMaximumBackWhenThatHasPassed() {
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership membership = govern(cache);
        long before = membership.footprint().totalBytes();
        pressureAt(0.90);
        long limit = governor.lastDecision().limitBytes();
        assertThat(limit).isLessThan(before);
        assertThat(membership.footprint().totalBytes()).isBetween(limit * 97 / 100, limit * 101 / 100);
        assertThat(eviction(cache).getMaximum()).isEqualTo(cache.estimatedSize());
        assertThat(membership.maximum()).isEqualTo(2 * ENTRIES);
        pressurePasses(() -> fill(cache));
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
        governor.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(2 * ENTRIES);
    }

    @Test
    void aHeapFullOfGarbageEvictsNothing() {
        Cache<Integer, byte[]> cache = filled();
        govern(cache);
        pressureAt(0.30);
        for (int i = 0; i < 100; i++) {
            source.youngCollection(HEAP_BYTES * 99 / 100);
        }
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
        assertThat(eviction(cache).getMaximum()).isEqualTo(2 * ENTRIES);
    }

    @Test
    void aCacheOfOursAndOneOfCaffeinesOfTheSameSizeGiveBackTheSameShare() {
        MemoryAwareCache<Integer, byte[]> ours = MemoryAwareCache.<Integer, byte[]>builder()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .governor(governor)
                .build();
        fill(ours);
        Cache<Integer, byte[]> theirs = filled();
        govern(theirs);
        pressureAt(0.92);
        assertThat(shareLeft(ours)).isLessThan(0.9);
        assertThat(shareLeft(theirs)).isCloseTo(shareLeft(ours), within(0.02));
        pressureAt(0.92);
        assertThat(shareLeft(theirs)).isCloseTo(shareLeft(ours), within(0.02));
        ours.close();
    }

    @Test
    void aMaximumThatItsOwnerRaisesUnderPressureIsKeptForLater() {
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership membership = govern(cache);
        pressureAt(0.90);
        long held = cache.estimatedSize();
        eviction(cache).setMaximum(77_777);
        fill(cache);
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
        pressureAt(0.78);
        assertThat(cache.estimatedSize()).as("the limit still holds").isCloseTo(held, within(held / 20));
        assertThat(membership.maximum()).isEqualTo(77_777);
        membership.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(77_777);
    }

    @Test
    void aMaximumThatItsOwnerLowersUnderPressureIsObeyed() {
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership membership = govern(cache);
        pressureAt(0.90);
        eviction(cache).setMaximum(100);
        pressureAt(0.78);
        assertThat(eviction(cache).getMaximum()).isEqualTo(100);
        assertThat(membership.maximum()).isEqualTo(100);
        pressurePasses(() -> fill(cache));
        assertThat(eviction(cache).getMaximum()).isEqualTo(100);
    }

    @Test
    void aMaximumSetWhileNothingIsLimitedIsTheOwners() {
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership membership = govern(cache);
        eviction(cache).setMaximum(ENTRIES + 1);
        assertThat(membership.maximum()).isEqualTo(ENTRIES + 1);
        pressureAt(0.90);
        assertThat(cache.estimatedSize()).isLessThan(ENTRIES);
        membership.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(ENTRIES + 1);
    }

    @Test
    void theLargestMaximumComesBackExactly() {
        Cache<Integer, byte[]> cache =
                Caffeine.newBuilder().maximumSize(Long.MAX_VALUE).build();
        long maximum = eviction(cache).getMaximum();
        fill(cache);
        CaffeineMembership membership = govern(cache);
        pressureAt(0.90);
        assertThat(eviction(cache).getMaximum()).isLessThan(ENTRIES);
        membership.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(maximum);
    }

    @Test
    void nothingIsLimitedAfterClose() {
        Cache<Integer, byte[]> cache = filled();
        govern(cache).close();
        pressureAt(0.95);
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
        assertThat(governor.lastDecision().demands()).isEmpty();
    }

    @Test
    void aLimitThatWasOnItsWayComesTooLateAfterClose() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership membership = CaffeineGovernor.<Integer, byte[]>builder()
                .governor(governor)
                .executor(tasks::add)
                .govern(cache);
        memberships.add(membership);
        pressureAt(0.90);
        membership.close();
        assertThat(tasks).isNotEmpty();
        tasks.forEach(Runnable::run);
        assertThat(eviction(cache).getMaximum()).isEqualTo(2 * ENTRIES);
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
    }

    /** Were evictions blocked, each decision would else leave one more thread waiting. */
    @Test
    void oneTaskAtATimeWaitsForTheExecutorAndAppliesTheNewestLimit() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        Cache<Integer, byte[]> cache = filled();
        memberships.add(CaffeineGovernor.<Integer, byte[]>builder()
                .governor(governor)
                .executor(tasks::add)
                .govern(cache));
        for (int i = 0; i < 5; i++) {
            pressureAt(0.97);
        }
        assertThat(tasks).hasSize(1);
        long limit = governor.lastDecision().demands().get(0).limitBytes();
        tasks.remove().run();
        assertThat(tasks).isEmpty();
        assertThat(memberships.get(0).footprint().totalBytes()).isBetween(limit * 97 / 100, limit * 101 / 100);
        pressureAt(0.97);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void aTaskThatIsRefusedRunsOnTheCallingThread() {
        Cache<Integer, byte[]> cache = filled();
        memberships.add(CaffeineGovernor.<Integer, byte[]>builder()
                .governor(governor)
                .executor(task -> {
                    throw new RejectedExecutionException("on purpose");
                })
                .govern(cache));
        pressureAt(0.90);
        assertThat(shareLeft(cache)).isLessThan(0.9);
    }

    @Test
    void itCanBeGovernedAgainAfterClose() {
        Cache<Integer, byte[]> cache = filled();
        CaffeineMembership first = govern(cache);
        pressureAt(0.90);
        assertThatThrownBy(() -> govern(cache))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("governed already");
        assertThat(eviction(cache).getMaximum()).isLessThan(ENTRIES);
        first.close();
        assertThat(govern(cache).maximum()).isEqualTo(2 * ENTRIES);
    }

    @Test
    void aCacheWithoutAMaximumIsRefused() {
        assertThatThrownBy(() -> govern(Caffeine.newBuilder().build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no maximum");
        assertThatThrownBy(() -> govern(Caffeine.newBuilder()
                        .expireAfterWrite(Duration.ofMinutes(1))
                        .build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no maximum");
    }

    @Test
    void aCacheOfOursIsRefused() {
        try (MemoryAwareCache<Integer, byte[]> ours =
                MemoryAwareCache.<Integer, byte[]>builder().governor(governor).build()) {
            assertThatThrownBy(() -> govern(ours))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("governed already");
        }
    }

    @Test
    void aCacheWhoseMaximumCannotBeChangedInOneStepIsRefused() {
        Policy<?, ?> policy =
                playing(Policy.class, Map.of("eviction", Optional.of(playing(Policy.Eviction.class, Map.of()))));
        Cache<?, ?> foreign = playing(Cache.class, Map.of("policy", policy));
        assertThatThrownBy(() -> govern(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("coldest(function)");
    }

    /** Answers what it was told to, and refuses the rest. */
    private static <T> T playing(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return answer;
                }));
    }

    @Test
    void contradictingSettingsAreRefusedAndLeaveNoTrace() {
        Cache<Integer, byte[]> cache = filled();
        assertThatThrownBy(() -> CaffeineGovernor.<Integer, byte[]>builder()
                        .bytesPerWeightUnit(1)
                        .govern(cache))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weigher");
        assertThatThrownBy(() -> CaffeineGovernor.<Integer, byte[]>builder()
                        .bytesPerWeightUnit(1)
                        .sizer(EntrySizer.standard())
                        .govern(cache))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> CaffeineGovernor.<Integer, byte[]>builder().bytesPerWeightUnit(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        CaffeineGovernor.<Integer, byte[]>builder().name("a").name("b"))
                .isInstanceOf(IllegalStateException.class);
        HeapGovernor closed = HeapGovernor.of(pressure, Runnable::run, HeapGovernor.Policy.defaults());
        closed.close();
        assertThatThrownBy(() -> CaffeineGovernor.<Integer, byte[]>builder()
                        .governor(closed)
                        .govern(cache))
                .isInstanceOf(IllegalStateException.class);
        govern(cache);
    }

    @Test
    void weightsThatAreNoBytesShrinkByTheirShare() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumWeight(10L * ENTRIES)
                .weigher((Integer key, byte[] value) -> 7)
                .executor(Runnable::run)
                .build();
        fill(cache);
        CaffeineMembership membership = govern(cache);
        assertThat((double) membership.footprint().entryBytes() / ENTRIES)
                .isCloseTo(VALUE_BYTES + 32, within(VALUE_BYTES * 0.01));
        long before = membership.footprint().totalBytes();
        pressureAt(0.90);
        double demanded = (double) governor.lastDecision().limitBytes() / before;
        assertThat(shareLeft(cache)).isCloseTo(demanded, within(0.01)).isLessThan(0.9);
        assertThat(eviction(cache).weightedSize().getAsLong())
                .isLessThanOrEqualTo(eviction(cache).getMaximum());
        membership.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(10L * ENTRIES);
    }

    @Test
    void weightsThatAreBytesAreTakenAtTheirWord() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumWeight(Long.MAX_VALUE / 2)
                .weigher((Integer key, byte[] value) -> value.length)
                .executor(Runnable::run)
                .build();
        fill(cache);
        CaffeineMembership membership =
                govern(CaffeineGovernor.<Integer, byte[]>builder().name("pages").bytesPerWeightUnit(1), cache);
        assertThat(membership.footprint().entryBytes()).isEqualTo((long) ENTRIES * VALUE_BYTES);
        pressureAt(0.90);
        assertThat(governor.lastDecision().demands().get(0).name()).isEqualTo("pages");
        assertThat(membership.footprint().totalBytes())
                .isLessThanOrEqualTo(governor.lastDecision().limitBytes());
    }

    @Test
    void whatWeighsNothingStaysAndCountsAsNeeded() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumWeight(ENTRIES)
                .weigher((Integer key, byte[] value) -> key % 2)
                .executor(Runnable::run)
                .build();
        fill(cache);
        CaffeineMembership membership = govern(cache);
        long before = membership.footprint().totalBytes();
        for (int i = 0; i < 8; i++) {
            pressureAt(0.97);
        }
        assertThat(cache.asMap().keySet().stream().filter(key -> key % 2 == 0)).hasSize(ENTRIES / 2);
        assertThat(shareLeft(cache)).isLessThan(0.52);
        assertThat(governor.lastDecision().limitBytes())
                .as("never asked for what it cannot give")
                .isGreaterThan(before * 40 / 100);
    }

    @Test
    void aCacheWhoseEntriesAllWeighNothingIsLeftAlone() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumWeight(10)
                .weigher((Integer key, byte[] value) -> 0)
                .build();
        fill(cache);
        govern(cache);
        pressureAt(0.97);
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES);
        assertThat(eviction(cache).getMaximum()).isEqualTo(10);
    }

    @Test
    void anEntryThatCannotBeSizedIsLeftOutOfTheAverage() {
        CaffeineMembership membership = govern(
                CaffeineGovernor.<Integer, byte[]>builder().sizer((key, value) -> {
                    if (key % 3 == 0) {
                        throw new IllegalStateException("on purpose");
                    }
                    return key % 3 == 1 ? -5 : 600;
                }),
                filled());
        assertThat(membership.footprint().entryBytes()).isEqualTo(ENTRIES * 600L);
    }

    @Test
    void aSizerThatAlwaysThrowsStopsNobody() {
        Cache<Integer, byte[]> broken = filled();
        Cache<Integer, byte[]> sound = filled();
        govern(
                CaffeineGovernor.<Integer, byte[]>builder().sizer((key, value) -> {
                    throw new StackOverflowError("on purpose");
                }),
                broken);
        govern(sound);
        pressureAt(0.97);
        assertThat(shareLeft(sound)).isLessThan(0.9);
        assertThat(shareLeft(broken)).as("its own bytes are known").isCloseTo(shareLeft(sound), within(0.02));
    }

    @Test
    void theSampleComesFromAllOverTheCache() {
        Cache<Integer, Integer> cache =
                Caffeine.newBuilder().maximumSize(ENTRIES).build();
        for (int key = 0; key < ENTRIES; key++) {
            cache.put(key, key);
        }
        CaffeineMembership membership =
                govern(CaffeineGovernor.<Integer, Integer>builder().sizer((key, value) -> value), cache);
        double mean = (double) membership.footprint().entryBytes() / ENTRIES;
        assertThat(mean).isCloseTo(ENTRIES / 2.0, within(ENTRIES * 0.05));
    }

    @Test
    void aSmallCacheIsSizedExactly() {
        for (int entries : List.of(0, 1, 2, 31, 200)) {
            Cache<Integer, Integer> cache =
                    Caffeine.newBuilder().maximumSize(1_000).build();
            long bytes = 0;
            for (int key = 1; key <= entries; key++) {
                cache.put(key, key);
                bytes += key;
            }
            CaffeineMembership membership =
                    govern(CaffeineGovernor.<Integer, Integer>builder().sizer((key, value) -> value), cache);
            assertThat(membership.footprint().entries()).isEqualTo(entries);
            assertThat(membership.footprint().entryBytes()).as("of %s", entries).isEqualTo(bytes);
        }
    }

    @Test
    void aCacheThatFillsUpUnderALimitIsHeldToIt() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .build();
        Cache<Integer, byte[]> other = filled();
        govern(cache);
        govern(other);
        pressureAt(0.90);
        fill(cache);
        pressureAt(0.90);
        assertThat(shareLeft(cache)).isLessThan(0.9);
    }

    @Test
    void whatHasExpiredLeavesBeforeWhatIsInUse() {
        AtomicLong nanos = new AtomicLong();
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(2 * ENTRIES)
                .expireAfterWrite(Duration.ofSeconds(10))
                .ticker(nanos::get)
                .executor(Runnable::run)
                .build();
        fill(cache);
        nanos.set(Duration.ofSeconds(5).toNanos());
        Set<Integer> young = new HashSet<>();
        for (int key = ENTRIES; key < ENTRIES + ENTRIES / 4; key++) {
            young.add(key);
        }
        young.forEach(key -> cache.put(key, new byte[VALUE_BYTES]));
        cache.cleanUp();
        nanos.set(Duration.ofSeconds(11).toNanos());
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES * 5L / 4);
        CaffeineMembership membership = govern(cache);
        pressureAt(0.85);
        assertThat(Set.copyOf(cache.asMap().keySet())).hasSameSizeAs(young).isEqualTo(young);
        assertThat(membership.footprint().totalBytes())
                .isLessThanOrEqualTo(governor.lastDecision().limitBytes());
    }

    @Test
    void anAsyncCacheIsGovernedByWhatIsComplete() {
        AsyncCache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .buildAsync();
        for (int key = 0; key < ENTRIES; key++) {
            cache.put(key, CompletableFuture.completedFuture(new byte[VALUE_BYTES]));
        }
        CompletableFuture<byte[]> pending = new CompletableFuture<>();
        cache.put(-1, pending);
        CaffeineMembership membership = CaffeineGovernor.<Integer, byte[]>builder()
                .governor(governor)
                .executor(Runnable::run)
                .govern(cache);
        memberships.add(membership);
        assertThatThrownBy(() -> govern(cache.synchronous())).isInstanceOf(IllegalStateException.class);
        assertThat((double) membership.footprint().entryBytes() / ENTRIES)
                .isCloseTo(VALUE_BYTES + 32, within(VALUE_BYTES * 0.02));
        pressureAt(0.90);
        assertThat(shareLeft(cache.synchronous())).isLessThan(0.9);
        pending.complete(new byte[VALUE_BYTES]);
        membership.close();
        assertThat(eviction(cache.synchronous()).getMaximum()).isEqualTo(2 * ENTRIES);
    }

    @Test
    void weakKeysAndSoftValuesAreNoHindrance() {
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .weakKeys()
                .softValues()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .build();
        Map<Integer, byte[]> held = new HashMap<>();
        for (int key = 0; key < ENTRIES; key++) {
            Integer boxed = key + 1_000_000;
            held.put(boxed, new byte[VALUE_BYTES]);
            cache.put(boxed, held.get(boxed));
        }
        govern(cache);
        pressureAt(0.90);
        assertThat(shareLeft(cache)).isLessThan(0.9).isGreaterThan(0.4);
        assertThat(held).hasSize(ENTRIES);
    }

    @Test
    void theMaximumIsLoweredInSmallSteps() {
        AtomicReference<Cache<Integer, byte[]>> itself = new AtomicReference<>();
        Map<Long, Integer> evictionsAtMaximum = new HashMap<>();
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(ENTRIES)
                .executor(Runnable::run)
                .evictionListener((key, value, cause) ->
                        evictionsAtMaximum.merge(eviction(itself.get()).getMaximum(), 1, Integer::sum))
                .build();
        itself.set(cache);
        fill(cache);
        evictionsAtMaximum.clear();
        govern(cache);
        pressureAt(0.97);
        assertThat(ENTRIES - cache.estimatedSize()).isGreaterThan(3_000);
        assertThat(evictionsAtMaximum.values())
                .allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(1_024));
    }

    private record Colliding(int number) {
        @Override
        public int hashCode() {
            return 1;
        }
    }

    /** Caffeine computes under the lock of a bin, and an eviction from the same bin waits for it. */
    @Test
    void aComputationThatBlocksEvictionsBlocksNoOtherMember() throws Exception {
        Cache<Colliding, byte[]> blocked =
                Caffeine.newBuilder().maximumSize(200).executor(Runnable::run).build();
        for (int i = 0; i < 200; i++) {
            blocked.put(new Colliding(i), new byte[50_000]);
        }
        Cache<Integer, byte[]> other = filled();
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<byte[]> computing = CompletableFuture.supplyAsync(
                    () -> blocked.asMap().compute(new Colliding(7), (key, value) -> {
                        inside.countDown();
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return value;
                    }),
                    threads);
            inside.await();
            List<CompletableFuture<Void>> tasks = new ArrayList<>();
            memberships.add(CaffeineGovernor.<Colliding, byte[]>builder()
                    .governor(governor)
                    .executor(task -> tasks.add(CompletableFuture.runAsync(task, threads)))
                    .govern(blocked));
            govern(other);
            pressureAt(0.97);
            pressureAt(0.97);
            assertThat(shareLeft(other)).isLessThan(0.9);
            assertThat(blocked.estimatedSize()).isEqualTo(200);
            assertThat(tasks).hasSize(1);
            assertThat(tasks.get(0)).isNotDone();
            goOn.countDown();
            computing.get();
            tasks.get(0).get();
            assertThat(blocked.estimatedSize()).isLessThan(180);
        } finally {
            goOn.countDown();
            threads.shutdown();
        }
    }

    @Test
    void aListenerMayCloseTheMembershipOrSetTheMaximum() {
        AtomicReference<CaffeineMembership> membership = new AtomicReference<>();
        AtomicReference<Cache<Integer, byte[]>> itself = new AtomicReference<>();
        Cache<Integer, byte[]> cache = Caffeine.newBuilder()
                .maximumSize(2 * ENTRIES)
                .executor(Runnable::run)
                .evictionListener((key, value, cause) -> {
                    eviction(itself.get()).setMaximum(33_333);
                    membership.get().close();
                })
                .build();
        itself.set(cache);
        fill(cache);
        membership.set(govern(cache));
        pressureAt(0.97);
        assertThat(eviction(cache).getMaximum()).isEqualTo(33_333);
        assertThat(membership.get().maximum()).isEqualTo(33_333);
    }

    @Test
    void ownersWhoSetMaximaAllTheTimeLoseNone() throws Exception {
        Cache<Integer, Integer> cache = Caffeine.newBuilder()
                .maximumSize(1_000_000)
                .executor(Runnable::run)
                .build();
        for (int key = 0; key < 2_000; key++) {
            cache.put(key, key);
        }
        CaffeineMembership membership = govern(cache);
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService owner = Executors.newSingleThreadExecutor();
        try {
            CompletableFuture<Void> setting = CompletableFuture.runAsync(
                    () -> {
                        try {
                            start.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        for (int i = 1; i <= 20_000; i++) {
                            eviction(cache).setMaximum(1_000_000 + i);
                        }
                    },
                    owner);
            start.countDown();
            for (int i = 0; !setting.isDone() || i < 200; i++) {
                pressureAt(i % 2 == 0 ? 0.97 : 0.75);
            }
            setting.get();
        } finally {
            owner.shutdown();
        }
        membership.close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(1_020_000);
    }

    @Test
    void aDroppedCacheIsCollectedAndLeaves() {
        CaffeineMembership membership = govern(filled());
        WeakReference<Cache<Integer, byte[]>> dropped = new WeakReference<>(filled());
        CaffeineMembership second = govern(dropped.get());
        assertThat(membership.footprint().entries() + second.footprint().entries())
                .isPositive();
        collect(dropped);
        // Nothing refers to the first cache either; the next look finds out.
        pressureAt(0.90);
        assertThat(MembersIntegrity.isKept(second)).isFalse();
        assertThat(second.footprint().totalBytes()).isZero();
    }

    @Test
    void aDroppedCacheLeavesWhenTheNextOneComes() {
        WeakReference<Cache<Integer, byte[]>> dropped = new WeakReference<>(filled());
        CaffeineMembership membership = govern(dropped.get());
        collect(dropped);
        for (int i = 0; i < 1_000 && MembersIntegrity.isKept(membership); i++) {
            System.gc(); // a reference is enqueued some time after it was cleared
            govern(filled()).close();
        }
        assertThat(MembersIntegrity.isKept(membership)).isFalse();
    }

    @Test
    void aDroppedMembershipGovernsOn() {
        Cache<Integer, byte[]> cache = filled();
        WeakReference<CaffeineMembership> dropped = new WeakReference<>(CaffeineGovernor.<Integer, byte[]>builder()
                .governor(governor)
                .executor(Runnable::run)
                .govern(cache));
        WeakReference<Object> witness = new WeakReference<>(new Object());
        collect(witness);
        pressureAt(0.90);
        assertThat(shareLeft(cache)).isLessThan(0.9);
        dropped.get().close();
        assertThat(eviction(cache).getMaximum()).isEqualTo(2 * ENTRIES);
    }

    @Test
    void theGovernorOfTheJvmIsTheDefault() {
        Cache<Integer, byte[]> cache = filled();
        try (CaffeineMembership membership = CaffeineGovernor.govern(cache)) {
            assertThat(membership.footprint().entries()).isEqualTo(ENTRIES);
            assertThat(membership.maximum()).isEqualTo(2 * ENTRIES);
            assertThat(membership.lastDecision()).isPresent();
        }
        assertThat(eviction(cache).getMaximum()).isEqualTo(2 * ENTRIES);
    }

    private static void collect(WeakReference<?> dropped) {
        for (int i = 0; i < 100 && dropped.get() != null; i++) {
            System.gc();
        }
        assertThat(dropped.get()).isNull();
    }
}
