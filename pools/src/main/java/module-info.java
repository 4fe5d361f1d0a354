/** Object pools that give each waiter its turn. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // micrometer's name is fixed in its manifest
@org.jspecify.annotations.NullMarked
module io.heapwise.pools {
    requires transitive io.heapwise.memory;
    requires static transitive org.jspecify;
    requires transitive java.management;
    requires static transitive org.apache.commons.pool2;
    requires static transitive micrometer.core;
    requires static transitive java.sql;

    exports io.heapwise.pools;
    exports io.heapwise.pools.commons;
    exports io.heapwise.pools.jdbc;
    exports io.heapwise.pools.micrometer;
}
