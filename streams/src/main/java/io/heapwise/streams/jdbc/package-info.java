/** Pages of a database query. */
@org.jspecify.annotations.NullMarked
package io.heapwise.streams.jdbc;
