package io.heapwise.pools;

/** A pool as JMX shows it once it is {@linkplain PoolManagement#register registered}: what {@link PoolStats} says, and what its owner may do. */
public interface PoolMXBean {

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    int getMaximumSize();

    /**
     * As {@link Pool#resize} does.
     *
     * @param maximumSize 1 to 1,048,576
     */
    void setMaximumSize(int maximumSize);

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    int getIdle();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    int getLeased();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    int getWaiting();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    int getCreating();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    long getCreated();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    long getDestroyed();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    long getCreationFailures();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    long getHookFailures();

    /**
     * Of {@link PoolStats}.
     *
     * @return as there
     */
    long getDropped();

    /** As {@link Pool#pause} does. */
    void pause();

    /** As {@link Pool#resume} does. */
    void resume();

    /** As {@link Pool#refresh} does. */
    void refresh();
}
