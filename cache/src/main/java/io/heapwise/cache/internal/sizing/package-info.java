/** How many bytes of heap an object takes, without an agent, an open module or a JVM flag. */
package io.heapwise.cache.internal.sizing;
