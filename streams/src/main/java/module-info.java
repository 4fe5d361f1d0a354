/** Lines, chunks and pages of big inputs in small heaps, bounded in bytes. */
@org.jspecify.annotations.NullMarked
module io.heapwise.streams {
    requires transitive io.heapwise.memory;
    requires static transitive org.jspecify;
    requires static transitive java.sql;

    exports io.heapwise.streams;
    exports io.heapwise.streams.jdbc;
}
