package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/**
 * An entry that has left, and why: collected under a stripe's lock, reported after it.
 *
 * @param next the one that left before, in the same operation
 */
record Departure(
        Object key,
        Object value,
        int weight,
        RemovalCause cause,
        @Nullable Departure next) {}
