/** Buffers that are lent and come back, from memory that shrinks when it is idle. */
@org.jspecify.annotations.NullMarked
module io.heapwise.buffers {
    requires transitive io.heapwise.memory;
    requires static transitive org.jspecify;
    requires static transitive io.netty.buffer;
    requires static io.netty.common;

    exports io.heapwise.buffers;
    exports io.heapwise.buffers.netty;
}
