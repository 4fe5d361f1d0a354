/** Caffeine caches that people have already, as members of a governor. */
package io.heapwise.cache.internal.caffeine;
