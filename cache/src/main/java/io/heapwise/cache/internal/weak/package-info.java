/** What holds values weakly: one reference object an entry, in tables that are read without a lock. */
package io.heapwise.cache.internal.weak;
