/**
 * Memory that is lent in pieces: {@link io.heapwise.buffers.BufferAllocator} lends it, a {@link io.heapwise.buffers.PooledBuffer} is what one
 * owner has, a {@link io.heapwise.buffers.SharedBuffer} what several have, and a {@link io.heapwise.buffers.BufferChain} is many in a row.
 */
package io.heapwise.buffers;
