package io.heapwise.benchmarks.pools;

/**
 * A contestant. Invariant: a body does nothing but its library's own calls. One implementation is loaded in each JVM that
 * measures, so that the calls through this interface are bound to it.
 */
interface Subject extends AutoCloseable {
    /** Borrows, uses and gives back, all in one call, in the shortest way that the library has. */
    Payload apply() throws Exception;

    /** Borrows: what is to be kept to give it back. */
    Object borrow() throws Exception;

    /** Uses what was borrowed. */
    Payload use(Object borrowed);

    void giveBack(Object borrowed) throws Exception;

    @Override
    void close();
}
