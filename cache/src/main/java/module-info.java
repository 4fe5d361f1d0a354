/** A memory-aware LRU cache behind Caffeine's interfaces. */
@org.jspecify.annotations.NullMarked
module io.heapwise.cache {
    requires transitive io.heapwise.memory;
    requires transitive com.github.benmanes.caffeine;
    requires static org.jspecify;
    requires static java.management;
    requires static jdk.management;

    exports io.heapwise.cache;
}
