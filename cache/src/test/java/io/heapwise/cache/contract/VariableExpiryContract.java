package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPIRED;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Entries each of which has a duration of its own, as an {@link Expiry} or the policy says. */
abstract class VariableExpiryContract extends Contract {
    private final ManualTicker ticker = new ManualTicker();
    private final Notices<String, Integer> removals = new Notices<>();

    VariableExpiryContract(CacheMaker maker) {
        super(maker);
    }

    /** Lives as many seconds as its value says; remembers what it was asked. */
    private final class Seconds implements Expiry<String, Integer> {
        final List<String> asked = new ArrayList<>();
        boolean readsRenew;

        private long seconds(Integer value) {
            return Duration.ofSeconds(value).toNanos();
        }

        @Override
        public long expireAfterCreate(String key, Integer value, long now) {
            assertThat(now).isEqualTo(ticker.nanos());
            asked.add("create " + key);
            return seconds(value);
        }

        @Override
        public long expireAfterUpdate(String key, Integer value, long now, long left) {
            asked.add("update " + key + " " + Duration.ofNanos(left).toSeconds());
            return value == 0 ? left : seconds(value);
        }

        @Override
        public long expireAfterRead(String key, Integer value, long now, long left) {
            asked.add("read " + key + " " + Duration.ofNanos(left).toSeconds());
            return readsRenew ? seconds(value) : left;
        }
    }

    private final Seconds seconds = new Seconds();

    private Cache<String, Integer> expiring() {
        return cache(
                Setup.<String, Integer>any().ticker(ticker).expireAfter(seconds).onRemoval(removals));
    }

    private Policy.VarExpiration<String, Integer> policy(Cache<String, Integer> cache) {
        return cache.policy().expireVariably().orElseThrow();
    }

    @Test
    void eachEntryLivesAsLongAsItsOwnDuration() {
        Cache<String, Integer> cache = expiring();
        cache.put("short", 10);
        cache.put("long", 1_000);
        ticker.advance(Duration.ofMillis(9_999));
        assertThat(present(cache)).containsOnlyKeys("short", "long");
        ticker.advance(Duration.ofMillis(1));
        assertThat(present(cache)).containsOnlyKeys("long");
        cache.cleanUp();
        assertThat(removals.told()).containsExactly(notice("short", 10, EXPIRED));
        ticker.advance(Duration.ofSeconds(990));
        assertThat(present(cache)).isEmpty();
    }

    @Test
    void aCreationAnUpdateAndAReadAreEachAskedAboutOnce() {
        Cache<String, Integer> cache = expiring();
        cache.put("a", 100);
        ticker.advance(Duration.ofSeconds(40));
        cache.getIfPresent("a");
        cache.put("a", 50);
        cache.asMap().compute("b", (key, value) -> 70);
        ticker.advance(Duration.ofSeconds(10));
        cache.asMap().compute("b", (key, value) -> 80);
        assertThat(seconds.asked).containsExactly("create a", "read a 60", "update a 60", "create b", "update b 60");
    }

    @Test
    void anUpdateMayKeepTheDuration() {
        Cache<String, Integer> cache = expiring();
        cache.put("a", 100);
        ticker.advance(Duration.ofSeconds(40));
        cache.put("a", 0);
        ticker.advance(Duration.ofMillis(59_999));
        assertThat(cache.asMap()).containsKey("a");
        ticker.advance(Duration.ofMillis(2));
        assertThat(cache.asMap()).doesNotContainKey("a");
    }

    @Test
    void aReadMayProlong() {
        Cache<String, Integer> cache = expiring();
        seconds.readsRenew = true;
        cache.put("a", 100);
        for (int i = 0; i < 5; i++) {
            ticker.advance(Duration.ofSeconds(90));
            assertThat(cache.getIfPresent("a")).isEqualTo(100);
        }
        ticker.advance(Duration.ofSeconds(101));
        assertThat(cache.getIfPresent("a")).isNull();
    }

    @Test
    void aReadMayShorten() {
        Cache<String, Integer> cache = expiring();
        cache.put("a", 100);
        policy(cache).setExpiresAfter("a", Duration.ofSeconds(1_000));
        seconds.readsRenew = true;
        cache.getIfPresent("a");
        ticker.advance(Duration.ofSeconds(101));
        assertThat(cache.asMap()).doesNotContainKey("a");
        cache.cleanUp();
        assertThat(removals.told()).containsExactly(notice("a", 100, EXPIRED));
    }

    @Test
    void putIfAbsentOnAPresentKeyIsARead() {
        Cache<String, Integer> cache = expiring();
        cache.put("a", 100);
        cache.asMap().putIfAbsent("a", 5);
        assertThat(seconds.asked).containsExactly("create a", "read a 100");
    }

    @Test
    void durationsOfAllSizesAreKept() {
        AtomicLong time = new AtomicLong();
        Cache<String, Integer> cache = cache(Setup.<String, Integer>any()
                .ticker(time::get)
                .expireAfter(Expiry.creating((key, value) -> Duration.ofSeconds(Math.round(Math.pow(10, value))))));
        for (int power = 0; power <= 9; power++) {
            long lifeSeconds = Math.round(Math.pow(10, power));
            cache.put("k", power);
            time.addAndGet(Duration.ofSeconds(lifeSeconds).minusMillis(1).toNanos());
            assertThat(cache.asMap()).as("just before 10^%s s", power).containsKey("k");
            time.addAndGet(Duration.ofMillis(1 + lifeSeconds).toNanos());
            assertThat(cache.asMap())
                    .as("after 10^%s s and a thousandth", power)
                    .doesNotContainKey("k");
        }
    }

    @Test
    void thePolicyTellsAndSetsWhatIsLeft() {
        Cache<String, Integer> cache = expiring();
        cache.put("a", 100);
        ticker.advance(Duration.ofSeconds(40));
        assertThat(policy(cache).getExpiresAfter("a", TimeUnit.SECONDS)).hasValue(60);
        assertThat(policy(cache).getExpiresAfter("x")).isEmpty();
        policy(cache).setExpiresAfter("a", 5, TimeUnit.SECONDS);
        policy(cache).setExpiresAfter("x", 5, TimeUnit.SECONDS);
        assertThat(policy(cache).getExpiresAfter("a")).hasValue(Duration.ofSeconds(5));
        ticker.advance(Duration.ofSeconds(5));
        assertThat(present(cache)).isEmpty();
        policy(cache).setExpiresAfter("a", 500, TimeUnit.SECONDS);
        assertThat(present(cache)).as("what has expired is not woken").isEmpty();
        assertThatThrownBy(() -> policy(cache).setExpiresAfter("a", -1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePolicyPutsWithADuration() {
        Cache<String, Integer> cache = expiring();
        assertThat(policy(cache).put("a", 1, Duration.ofSeconds(10))).isNull();
        assertThat(policy(cache).put("a", 2, Duration.ofSeconds(20))).isEqualTo(1);
        assertThat(policy(cache).putIfAbsent("a", 3, Duration.ofSeconds(30))).isEqualTo(2);
        assertThat(policy(cache).putIfAbsent("b", 4, Duration.ofSeconds(30))).isNull();
        assertThat(removals.told()).containsExactly(notice("a", 1, REPLACED));
        ticker.advance(Duration.ofSeconds(20));
        assertThat(present(cache)).isEqualTo(Map.of("b", 4));
        assertThatThrownBy(() -> policy(cache).put("c", 1, -1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(present(cache)).isEqualTo(Map.of("b", 4));
    }

    @Test
    void thePolicyComputesWithADuration() {
        Cache<String, Integer> cache = expiring();
        assertThat(policy(cache).compute("a", (key, value) -> 1, Duration.ofSeconds(10)))
                .isEqualTo(1);
        assertThat(policy(cache).compute("a", (key, value) -> value + 1, Duration.ofSeconds(20)))
                .isEqualTo(2);
        ticker.advance(Duration.ofSeconds(19));
        assertThat(present(cache)).isEqualTo(Map.of("a", 2));
        ticker.advance(Duration.ofSeconds(1));
        assertThat(present(cache)).isEmpty();
        assertThat(policy(cache).compute("a", (key, value) -> null, Duration.ofSeconds(20)))
                .isNull();
        assertThatThrownBy(() -> policy(cache).compute("a", (key, value) -> 1, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatAnExpiryThrowsLeavesTheCacheAsItWas() {
        Cache<String, Integer> cache =
                cache(Setup.<String, Integer>any().ticker(ticker).expireAfter(Expiry.writing((key, value) -> {
                    if (value < 0) {
                        throw new ArithmeticException("on purpose");
                    }
                    return Duration.ofSeconds(10);
                })));
        cache.put("a", 1);
        assertThatThrownBy(() -> cache.put("b", -1)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get("b", key -> -1)).isInstanceOf(ArithmeticException.class);
        assertThat(present(cache)).isEqualTo(Map.of("a", 1));
        cache.put("b", 2);
        assertThat(cache.get("b", key -> 3)).isEqualTo(2);
    }
}
