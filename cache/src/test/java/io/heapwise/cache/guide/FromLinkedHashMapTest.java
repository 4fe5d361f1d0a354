package io.heapwise.cache.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.guide.Customers.Customer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the guide shows to those who come from a LinkedHashMap of their own. */
final class FromLinkedHashMapTest {
    private final Customers repository = new Customers();

    @Test
    void theMapAsItWas() {
        // [map-before]
        Map<String, Customer> customers = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Customer> eldest) {
                return size() > 10_000;
            }
        });

        Customer customer = customers.get("4711");
        if (customer == null) {
            customer = repository.read("4711"); // perhaps twice, by two threads
            customers.put("4711", customer);
        }
        // [/map-before]
        assertThat(customer.name()).isEqualTo("name of 4711");
        for (int id = 0; id < 20_000; id++) {
            customers.put("" + id, repository.read("" + id));
        }
        assertThat(customers).hasSize(10_000);
    }

    @Test
    void andAsItIsNow() {
        // [map-after]
        MemoryAwareCache<String, Customer> customers =
                MemoryAwareCache.<String, Customer>builder().maximumSize(10_000).build();

        Customer customer = customers.get("4711", repository::read); // once, whoever asks meanwhile
        Map<String, Customer> view = customers.asMap(); // where code wants a map
        // [/map-after]
        assertThat(customer.name()).isEqualTo("name of 4711");
        for (int id = 0; id < 20_000; id++) {
            view.put("" + id, repository.read("" + id));
        }
        assertThat(view).hasSize(10_000);
        customers.close();
    }
}
