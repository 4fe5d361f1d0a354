/** A cache that is bounded by the heap and gives memory back under pressure. */
package io.heapwise.cache;
