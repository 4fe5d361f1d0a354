package io.heapwise.cache.guide;

import java.util.concurrent.atomic.AtomicInteger;

/** The slow source that the guide's examples put a cache before. */
final class Customers {
    record Customer(String id, String name) {}

    final AtomicInteger reads = new AtomicInteger();

    Customer read(String id) {
        reads.incrementAndGet();
        return new Customer(id, "name of " + id);
    }

    static void log(Object event) {}
}
