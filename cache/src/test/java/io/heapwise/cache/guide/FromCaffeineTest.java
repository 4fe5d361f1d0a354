package io.heapwise.cache.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.CaffeineGovernor;
import io.heapwise.cache.CaffeineMembership;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareLoadingCache;
import io.heapwise.cache.SelfSized;
import io.heapwise.cache.guide.Customers.Customer;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import org.junit.jupiter.api.Test;

/** What the guide shows to those who come from Caffeine. */
final class FromCaffeineTest {
    private final Customers repository = new Customers();

    @Test
    void oneLineMovesAnEngine() {
        // [caffeine-before]
        LoadingCache<String, Customer> customers = Caffeine.newBuilder()
                .maximumSize(100_000)
                .recordStats()
                .evictionListener((id, customer, cause) -> Customers.log(cause))
                .build(repository::read);
        // [/caffeine-before]
        assertThat(customers.get("4711").name()).isEqualTo("name of 4711");
        LoadingCache<String, Customer> moved = moved();
        assertThat(moved.get("4711")).isEqualTo(customers.get("4711"));
        assertThat(moved.policy().eviction().orElseThrow().getMaximum())
                .isEqualTo(customers.policy().eviction().orElseThrow().getMaximum());
    }

    private LoadingCache<String, Customer> moved() {
        // [caffeine-after]
        LoadingCache<String, Customer> customers = MemoryAwareCache.<String, Customer>builder()
                .maximumSize(100_000)
                .recordStats()
                .evictionListener((id, customer, cause) -> Customers.log(cause))
                .build(repository::read);
        // [/caffeine-after]
        return customers;
    }

    @Test
    void aCaffeineCacheCanStayWhatItIs() {
        // [govern]
        Cache<String, Customer> customers =
                Caffeine.newBuilder().maximumSize(100_000).build();
        CaffeineGovernor.govern(customers);
        // [/govern]
        assertThat(customers.policy().eviction().orElseThrow().getMaximum()).isEqualTo(100_000);
        Cache<String, byte[]> pages = Caffeine.newBuilder()
                .maximumWeight(50_000_000)
                .weigher((String path, byte[] page) -> page.length)
                .build();
        HeapGovernor governor = HeapGovernor.of(new ScriptedSource(1L << 30).pressure(new ManualTicker()));
        // [govern-weights]
        CaffeineMembership membership = CaffeineGovernor.<String, byte[]>builder()
                .name("pages")
                .bytesPerWeightUnit(1) // the weigher tells bytes already
                .governor(governor)
                .govern(pages);
        // [/govern-weights]
        pages.put("/", new byte[1_000]);
        pages.cleanUp(); // Caffeine counts weights on its executor
        assertThat(membership.footprint().entryBytes()).isEqualTo(1_000);
        membership.close();
    }

    @Test
    void bytesAreTheUnit() {
        // [heap-share]
        MemoryAwareLoadingCache<String, Customer> customers = MemoryAwareCache.<String, Customer>builder()
                .name("customers")
                .maximumHeapShare(0.1) // of the largest heap this JVM may have
                .build(repository::read);

        customers.get("4711");
        long bytes = customers.footprint().totalBytes();
        customers.close(); // leaves the governor; a cache that is dropped does so by itself
        // [/heap-share]
        assertThat(bytes).isPositive();
    }

    // [self-sized]
    record Page(String url, byte[] html) implements SelfSized {
        @Override
        public long sizeBytes() {
            return 24 + 56 + 2L * url.length() + 16 + html.length; // itself, its string, its array
        }
    }
    // [/self-sized]

    @Test
    void anObjectThatKnowsItsSizeIsBelieved() {
        Page page = new Page("https://example.org", new byte[5_000]);
        try (MemoryAwareCache<String, Page> pages =
                MemoryAwareCache.<String, Page>builder().build()) {
            pages.put("home", page);
            assertThat(pages.footprint().entryBytes()).isGreaterThanOrEqualTo(page.sizeBytes());
        }
    }

    @Test
    void softValuesAreNotNeeded() {
        // [soft-before]
        Cache<String, Customer> soft = Caffeine.newBuilder().softValues().build();
        // [/soft-before]
        soft.put("4711", repository.read("4711"));
        // [soft-after]
        Cache<String, Customer> customers = MemoryAwareCache.<String, Customer>builder()
                .build(); // at most a quarter of the heap, less under pressure
        // [/soft-after]
        customers.put("4711", repository.read("4711"));
        assertThat(customers.getIfPresent("4711")).isEqualTo(soft.getIfPresent("4711"));
    }

    @Test
    void pressureCanBePlayed() {
        long megabyte = 1 << 20;
        // [play-pressure]
        ScriptedSource heap = new ScriptedSource(100 * megabyte);
        HeapGovernor governor =
                HeapGovernor.of(heap.pressure(new ManualTicker()), Runnable::run, HeapGovernor.Policy.defaults());
        Cache<Integer, byte[]> cache = MemoryAwareCache.<Integer, byte[]>builder()
                .maximumSize(10_000)
                .governor(governor)
                .executor(Runnable::run)
                .build();
        for (int key = 0; key < 10_000; key++) {
            cache.put(key, new byte[1_000]);
        }
        heap.fullCollection(90 * megabyte); // 90 of 100 MB are live
        assertThat(cache.estimatedSize()).isLessThan(10_000);
        // [/play-pressure]
    }
}
