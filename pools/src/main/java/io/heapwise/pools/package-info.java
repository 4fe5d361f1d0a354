/**
 * Object pools that give each waiter its turn.
 *
 * <p>{@link io.heapwise.pools.Pool} lends objects, {@link io.heapwise.pools.Lease} is one object on loan, and
 * {@link io.heapwise.pools.PoolBuilder} says how they are made and how many there may be.
 */
package io.heapwise.pools;
