package io.heapwise.pools;

/**
 * One object on loan. May be handed to another thread, as safely as any immutable object, and closed there.
 *
 * @param <T> what is lent
 */
public interface Lease<T> extends AutoCloseable {
    /**
     * The object. Until the lease is closed it is the holder's alone; to keep it and use it afterwards is a mistake that nothing
     * here can notice. So is to keep it and drop the lease: once the collector has found that, the object is destroyed.
     * Costs a read of the state of its place.
     *
     * @return never null, and the same each time
     * @throws IllegalStateException when the lease has been closed or invalidated, as far as this thread can know
     */
    T get();

    /**
     * Gives the object back. One atomic step. Only the first of all calls of this and {@link #invalidate} does anything,
     * from whatever threads they come.
     */
    @Override
    void close();

    /**
     * Gives the object back to be destroyed: it is broken. Its place is free at once for another.
     */
    void invalidate();
}
