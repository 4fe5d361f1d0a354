/** Object pools that give each waiter its turn. */
@org.jspecify.annotations.NullMarked
module io.heapwise.pools {
    requires transitive io.heapwise.memory;
    requires static transitive org.jspecify;

    exports io.heapwise.pools;
}
