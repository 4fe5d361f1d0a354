package io.heapwise.cache.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareLoadingCache;
import io.heapwise.cache.guide.Customers.Customer;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What the guide shows to those who come from Guava. */
final class FromGuavaTest {
    private final Customers repository = new Customers();

    @Test
    void guavaAsItWas() throws ExecutionException {
        // [guava-before]
        LoadingCache<String, Customer> customers = CacheBuilder.newBuilder()
                .maximumSize(100_000)
                .concurrencyLevel(16)
                .removalListener(notification -> Customers.log(notification.getCause()))
                .build(CacheLoader.from(repository::read));

        Customer one = customers.getUnchecked("4711");
        Customer other = customers.get("4712", () -> repository.read("4712"));
        // [/guava-before]
        assertThat(one.id() + other.id()).isEqualTo("47114712");
        assertThat(customers.size()).isEqualTo(2);
    }

    @Test
    void andAsItIsNow() {
        // [guava-after]
        MemoryAwareLoadingCache<String, Customer> customers = MemoryAwareCache.<String, Customer>builder()
                .maximumSize(100_000)
                .removalListener((id, customer, cause) -> Customers.log(cause))
                .build(repository::read);

        Customer one = customers.get("4711");
        Customer other = customers.get("4712", repository::read);
        // [/guava-after]
        assertThat(one.id() + other.id()).isEqualTo("47114712");
        assertThat(customers.estimatedSize()).isEqualTo(2);
        customers.close();
    }
}
