/** Not exported. */
@org.jspecify.annotations.NullMarked
package io.heapwise.streams.internal;
