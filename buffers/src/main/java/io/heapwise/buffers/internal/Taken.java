package io.heapwise.buffers.internal;

/**
 * A slot that the caller has taken, the long way.
 *
 * @param block where
 * @param slot which
 */
public record Taken(Block block, int slot) {}
