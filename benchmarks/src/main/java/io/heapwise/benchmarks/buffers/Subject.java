package io.heapwise.benchmarks.buffers;

/**
 * A contestant. Invariant: a body does nothing but its library's own calls. One implementation is loaded in each JVM that
 * measures, so that the calls through this interface are bound to it.
 */
interface Subject extends AutoCloseable {
    /** Takes memory; what is in it does not matter. */
    Object allocate(int bytes);

    /** Writes one byte in the shortest way that the library has. */
    void write(Object buffer, int index);

    /** Takes a {@link java.nio.ByteBuffer} of all the memory, and writes its first byte. */
    void writeByView(Object buffer);

    void release(Object buffer);

    /** What it has taken from the system and not given back, by its own account. */
    long heldBytes();

    @Override
    void close();
}
